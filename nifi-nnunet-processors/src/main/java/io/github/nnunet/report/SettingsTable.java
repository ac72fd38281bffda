/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.training.TrainingHistory;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a training was told, as people read it: no folder and no name of a case is in it. */
final class SettingsTable {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final String NONE = "\u2014";

    private SettingsTable() {
    }

    /** @return groups of settings by name, each with its settings by name, in order */
    static Map<String, Map<String, String>> of(final TrainingHistory history) {
        final Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        groups.put("dataset", dataset(history));
        final JsonNode settings = parse(history.job().settings().toJson());
        for (final Map.Entry<String, JsonNode> member : settings.properties()) {
            if (member.getValue().isObject()) {
                final Map<String, String> group = groups.computeIfAbsent(words(member.getKey()), name -> new LinkedHashMap<>());
                member.getValue().properties().forEach(setting -> group.put(words(setting.getKey()), value(setting.getValue())));
            } else {
                groups.computeIfAbsent("other", name -> new LinkedHashMap<>()).put(words(member.getKey()), value(member.getValue()));
            }
        }

        return groups;
    }

    private static Map<String, String> dataset(final TrainingHistory history) {
        final Plan plan = history.plan();
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", plan.name());
        facts.put("training cases", Integer.toString(history.job().training().size()));
        facts.put("validation cases", Integer.toString(history.job().validation().size()));
        facts.put("channels", String.join(", ", plan.channels()) + (plan.foregroundChannel() ? ", foreground" : ""));
        facts.put("classes", plan.classes().stream().map(one -> "%d %s".formatted(one.value(), one.name())).collect(Collectors.joining(", ")));
        facts.put("dimensions", Integer.toString(plan.dimensions()));
        facts.put("spacing, mm (z, y, x)", Arrays.stream(plan.spacing().toArray()).mapToObj(SettingsTable::rounded).collect(Collectors.joining(", ")));
        facts.put("patch, voxels (z, y, x)", "%d, %d, %d".formatted(plan.patch().depth(), plan.patch().height(), plan.patch().width()));
        return facts;
    }

    /** @return to a ten thousandth: a median has many digits that mean nothing */
    private static String rounded(final double millimetres) {
        return Double.toString(Math.round(millimetres * 1e4) / 1e4);
    }

    private static JsonNode parse(final String json) {
        try {
            return MAPPER.readTree(json);
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** @return batchSize as "batch size" */
    private static String words(final String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String value(final JsonNode node) {
        if (node.isArray() && !node.isEmpty()) {
            return StreamSupport.stream(node.spliterator(), false).map(SettingsTable::value).collect(Collectors.joining(", "));
        }

        return node.isValueNode() && !node.isNull() ? node.asText() : NONE;
    }
}
