/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan as JSON for people and files: plan.json, the model file, the attribute nnunet.plan.json. Axes are z, y, x. */
public final class PlanJson {
    private static final String FORMAT = "nifi-nnunet plan";
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final JsonNode root;

    private PlanJson(final JsonNode root) {
        this.root = root;
    }

    /** @return a few lines of JSON */
    public static String write(final Plan plan) {
        final ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.put("task", plan.task());
        json.put("name", plan.name());
        json.put("dimensions", plan.dimensions());
        json.put("modality", plan.modality().name());
        plan.channels().forEach(json.putArray("channels")::add);
        final ArrayNode classes = json.putArray("classes");
        plan.classes().forEach(labelClass -> classes.addObject().put("value", labelClass.value()).put("name", labelClass.name()));
        json.putArray("spacing").add(plan.spacing().z()).add(plan.spacing().y()).add(plan.spacing().x());
        json.putArray("patch").add(plan.patch().depth()).add(plan.patch().height()).add(plan.patch().width());
        plan.ctStatistics().ifPresent(ct -> json.putObject("ct").put("min", ct.min()).put("max", ct.max()).put("mean", ct.mean()).put("std", ct.std()));
        json.put("foregroundChannel", plan.foregroundChannel());
        plan.network().ifPresent(network -> putNetwork(json.putObject("network"), network));
        return json.toPrettyString();
    }

    private static void putNetwork(final ObjectNode json, final NetworkPlan network) {
        putLevels(json.putArray("kernels"), network.kernels());
        putLevels(json.putArray("strides"), network.strides());
        json.put("batchSize", network.batchSize());
    }

    private static void putLevels(final ArrayNode json, final List<List<Integer>> levels) {
        for (final List<Integer> sizes : levels) {
            sizes.forEach(json.addArray()::add);
        }
    }

    /**
     * @param json what {@link #write} wrote, or a person after its manner
     * @throws CaseException if it is not a plan, or one of a later version
     */
    public static Plan read(final String json) throws CaseException {
        final JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (final JsonProcessingException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "The plan is not valid JSON: %s; correct it or plan anew".formatted(e.getMessage().replace('\n', ' ')), e);
        }

        final PlanJson reader = new PlanJson(root);
        if (!FORMAT.equals(root.path("format").asText())) {
            throw reader.wrong("it does not say \"format\": \"" + FORMAT + "\"");
        }

        if (root.path("version").asInt(0) != VERSION) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The plan has version %s and this software knows version %d; use the software that wrote it, or plan anew".formatted(root.path("version"), VERSION));
        }

        return reader.plan();
    }

    private Plan plan() throws CaseException {
        try {
            return new Plan(text(root, "task"), text(root, "name"), root.path("dimensions").asInt(), modality(), channels(), classes(),
                    Spacing.of(numbers("spacing")), patch(), ctStatistics(), root.path("foregroundChannel").asBoolean(false), network());
        } catch (final IllegalArgumentException e) {
            // Plan, Shape and Spacing say what is wrong with their numbers.
            throw new CaseException(FaultCategory.UNREADABLE, "The plan cannot be used: %s; correct it or plan anew".formatted(e.getMessage()), e);
        }
    }

    private String text(final JsonNode node, final String key) throws CaseException {
        final JsonNode value = node.path(key);
        if (!value.isTextual()) {
            throw wrong("it has no text \"%s\"".formatted(key));
        }

        return value.textValue();
    }

    private Modality modality() throws CaseException {
        return switch (text(root, "modality")) {
            case "MRI" -> Modality.MRI;
            case "CT" -> Modality.CT;
            default -> throw wrong("its \"modality\" is neither \"MRI\" nor \"CT\"");
        };
    }

    private List<String> channels() throws CaseException {
        final List<String> channels = new ArrayList<>();
        for (final JsonNode channel : root.path("channels")) {
            if (!channel.isTextual()) {
                throw wrong("its \"channels\" are not a list of names");
            }

            channels.add(channel.textValue());
        }

        return channels;
    }

    private List<LabelClass> classes() throws CaseException {
        final List<LabelClass> classes = new ArrayList<>();
        for (final JsonNode labelClass : root.path("classes")) {
            if (!labelClass.path("value").isInt()) {
                throw wrong("its \"classes\" are not a list of {\"value\": 1, \"name\": \"...\"}");
            }

            classes.add(new LabelClass(labelClass.get("value").intValue(), text(labelClass, "name")));
        }

        return classes;
    }

    private double[] numbers(final String key) throws CaseException {
        final JsonNode values = root.path(key);
        final double[] numbers = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            if (values.size() != 3 || !values.get(axis).isNumber()) {
                throw wrong("its \"%s\" is not a list of three numbers, z, y, x".formatted(key));
            }

            numbers[axis] = values.get(axis).doubleValue();
        }

        return numbers;
    }

    private Shape patch() throws CaseException {
        final double[] sizes = numbers("patch");
        for (final double size : sizes) {
            if (size != Math.rint(size)) {
                throw wrong("its \"patch\" is not in whole voxels");
            }
        }

        return new Shape((int) sizes[0], (int) sizes[1], (int) sizes[2]);
    }

    private Optional<CtStatistics> ctStatistics() throws CaseException {
        final JsonNode ct = root.path("ct");
        if (ct.isMissingNode() || ct.isNull()) {
            return Optional.empty();
        }

        for (final String key : List.of("min", "max", "mean", "std")) {
            if (!ct.path(key).isNumber()) {
                throw wrong("its \"ct\" has no number \"%s\"".formatted(key));
            }
        }

        return Optional.of(new CtStatistics(ct.get("min").doubleValue(), ct.get("max").doubleValue(), ct.get("mean").doubleValue(), ct.get("std").doubleValue()));
    }

    private Optional<NetworkPlan> network() throws CaseException {
        final JsonNode network = root.path("network");
        if (network.isMissingNode() || network.isNull()) {
            return Optional.empty();
        }

        if (!network.path("batchSize").isInt()) {
            throw wrong("its \"network\" has no whole number \"batchSize\"");
        }

        return Optional.of(new NetworkPlan(levels(network, "kernels"), levels(network, "strides"), network.get("batchSize").intValue()));
    }

    private List<List<Integer>> levels(final JsonNode network, final String key) throws CaseException {
        final List<List<Integer>> levels = new ArrayList<>();
        for (final JsonNode level : network.path(key)) {
            final List<Integer> sizes = new ArrayList<>();
            for (final JsonNode size : level) {
                if (!size.isInt()) {
                    throw wrong("its \"network\" has \"%s\" that are not whole numbers".formatted(key));
                }

                sizes.add(size.intValue());
            }

            levels.add(sizes);
        }

        return levels;
    }

    private CaseException wrong(final String what) {
        return new CaseException(FaultCategory.UNREADABLE, "The plan cannot be used: %s; correct it or plan anew".formatted(what));
    }
}
