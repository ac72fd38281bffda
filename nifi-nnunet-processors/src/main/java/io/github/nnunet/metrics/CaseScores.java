/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The measures of each class of one case. Its JSON is
 * {@code {"id": …, "mean": …, "classes": {name: {"dice": …, …}}}}, an entry of the summary's cases. A class that the
 * prediction, the reference or both lack has {@code "empty"} with that word, which says why a measure may be null.
 *
 * @param id      the case
 * @param classes class name to its measures, in order
 * @param empty   class name to who lacks it, for the classes that someone lacks
 */
public record CaseScores(String id, Map<String, Map<Measure, Double>> classes, Map<String, EmptyMask> empty) {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String EMPTY = "empty";

    public CaseScores {
        final Map<String, Map<Measure, Double>> copy = new LinkedHashMap<>();
        for (final Map.Entry<String, Map<Measure, Double>> entry : classes.entrySet()) {
            if (!Double.isFinite(entry.getValue().getOrDefault(Measure.DICE, Double.NaN))) {
                throw new IllegalArgumentException("the class %s has no Dice".formatted(entry.getKey()));
            }

            copy.put(entry.getKey(), Collections.unmodifiableMap(new EnumMap<>(entry.getValue())));
        }

        if (copy.isEmpty()) {
            throw new IllegalArgumentException("there is no class");
        }

        classes = Collections.unmodifiableMap(copy);
        empty = Map.copyOf(empty);
    }

    /** Every class has voxels in both. */
    public CaseScores(final String id, final Map<String, Map<Measure, Double>> classes) {
        this(id, classes, Map.of());
    }

    /** @return mean Dice over the classes, a fraction */
    public double mean() {
        double sum = 0;
        for (final Map<Measure, Double> measures : classes.values()) {
            sum += measures.get(Measure.DICE);
        }

        return sum / classes.size();
    }

    /** @return Dice of a class, a fraction */
    public double dice(final String className) {
        return classes.get(className).get(Measure.DICE);
    }

    public String toJson() {
        return toNode().toPrettyString();
    }

    ObjectNode toNode() {
        final ObjectNode node = MAPPER.createObjectNode();
        node.put("id", id);
        node.put("mean", mean());
        final ObjectNode classNodes = node.putObject("classes");
        for (final Map.Entry<String, Map<Measure, Double>> entry : classes.entrySet()) {
            final ObjectNode measures = classNodes.putObject(entry.getKey());
            for (final Map.Entry<Measure, Double> measure : entry.getValue().entrySet()) {
                putNumber(measures, measure.getKey().key(), measure.getValue());
            }

            if (empty.containsKey(entry.getKey())) {
                measures.put(EMPTY, empty.get(entry.getKey()).key());
            }
        }

        return node;
    }

    /** JSON knows neither infinity nor NaN: null stands for both. */
    static void putNumber(final ObjectNode node, final String key, final double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }

    /**
     * @param json text of {@link #toJson()}; null values come back as NaN
     * @param name what people know the text by, for the error message
     */
    public static CaseScores fromJson(final String json, final String name) throws CaseException {
        try {
            final JsonNode node = MAPPER.readTree(json);
            final Map<String, Map<Measure, Double>> classes = new LinkedHashMap<>();
            final Map<String, EmptyMask> empty = new LinkedHashMap<>();
            for (final Map.Entry<String, JsonNode> entry : node.path("classes").properties()) {
                classes.put(entry.getKey(), measures(entry.getValue()));
                if (entry.getValue().has(EMPTY)) {
                    empty.put(entry.getKey(), EmptyMask.valueOf(entry.getValue().get(EMPTY).asText().toUpperCase(Locale.ROOT)));
                }
            }

            return new CaseScores(node.path("id").asText(), classes, empty);
        } catch (final JsonProcessingException | IllegalArgumentException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s does not hold the scores of a case (%s): score the case again".formatted(name, e.getMessage()), e);
        }
    }

    private static Map<Measure, Double> measures(final JsonNode node) {
        final Map<Measure, Double> measures = new EnumMap<>(Measure.class);
        for (final Measure measure : Measure.values()) {
            final JsonNode value = node.get(measure.key());
            if (value != null) {
                measures.put(measure, value.isNumber() ? value.doubleValue() : Double.NaN);
            }
        }

        return measures;
    }
}
