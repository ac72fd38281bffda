/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.metrics.DiceScore;
import io.github.nnunet.metrics.ScoredClass;
import io.github.nnunet.volume.Shape;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Chooses on validation cases of what only the largest component is kept, as nnU-Net does: of the whole foreground if
 * that raises the mean Dice and lowers that of no class; then, after that, of each class whose mean Dice rises by it.
 */
public final class ComponentTrial {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<ScoredClass> classes;
    private final Connectivity connectivity;
    private final double[][] sums;
    private int cases;

    /** What is tried; the last two keep the largest component of each class. */
    private enum Variant {
        AS_IT_IS("none"),
        FOREGROUND("foreground"),
        CLASSES("classes"),
        BOTH("both");

        private final String key;

        Variant(final String key) {
            this.key = key;
        }
    }

    /** @param classes one label value each, without the background */
    public ComponentTrial(final List<ScoredClass> classes, final Connectivity connectivity) {
        this.classes = List.copyOf(classes);
        this.connectivity = connectivity;
        this.sums = new double[Variant.values().length][classes.size()];
    }

    /**
     * Tries everything on one case.
     *
     * @param prediction unsigned bytes [z*y*x], not changed
     * @param reference  likewise
     * @return the case's Dice in each variant, for {@link #add}: {@code {"none": {class: …}, "foreground": …, "classes": …, "both": …}}
     */
    public static String measure(final byte[] prediction, final byte[] reference, final Shape shape, final List<ScoredClass> classes, final Connectivity connectivity) {
        final List<Integer> values = classes.stream().flatMap(one -> one.values().stream()).toList();
        final ComponentRule ofClasses = ComponentRule.ofClasses(values, connectivity);
        final byte[] foreground = prediction.clone();
        final byte[] single = prediction.clone();
        ComponentRule.ofForeground(connectivity).apply(foreground, shape);
        ofClasses.apply(single, shape);
        final byte[] both = foreground.clone();
        ofClasses.apply(both, shape);
        final ObjectNode root = MAPPER.createObjectNode();
        put(root, Variant.AS_IT_IS, classes, DiceScore.of(prediction, reference, classes));
        put(root, Variant.FOREGROUND, classes, DiceScore.of(foreground, reference, classes));
        put(root, Variant.CLASSES, classes, DiceScore.of(single, reference, classes));
        put(root, Variant.BOTH, classes, DiceScore.of(both, reference, classes));
        return root.toString();
    }

    private static void put(final ObjectNode root, final Variant variant, final List<ScoredClass> classes, final double[] dice) {
        final ObjectNode node = root.putObject(variant.key);
        for (int i = 0; i < dice.length; i++) {
            node.put(classes.get(i).name(), dice[i]);
        }
    }

    /**
     * @param measured what {@link #measure} found of a case
     * @param name     what people know the text by
     */
    public void add(final String measured, final String name) throws CaseException {
        try {
            final JsonNode root = MAPPER.readTree(measured);
            for (final Variant variant : Variant.values()) {
                for (int i = 0; i < classes.size(); i++) {
                    sums[variant.ordinal()][i] += root.path(variant.key).path(classes.get(i).name()).asDouble();
                }
            }

            cases++;
        } catch (final JsonProcessingException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s does not hold what was tried on a case: score the case again".formatted(name), e);
        }
    }

    /** @return the rule that is best on the cases added so far; with none, nothing is removed */
    public ComponentRule choose() {
        final double[] before = sums[Variant.AS_IT_IS.ordinal()];
        final double[] whole = sums[Variant.FOREGROUND.ordinal()];
        boolean foreground = Arrays.stream(whole).sum() > Arrays.stream(before).sum();
        for (int i = 0; i < before.length; i++) {
            foreground &= whole[i] >= before[i];
        }

        final double[] base = foreground ? whole : before;
        final double[] tried = sums[(foreground ? Variant.BOTH : Variant.CLASSES).ordinal()];
        final SortedSet<Integer> values = new TreeSet<>();
        for (int i = 0; i < base.length; i++) {
            if (tried[i] > base[i]) {
                values.addAll(classes.get(i).values());
            }
        }

        return new ComponentRule(foreground, values, connectivity);
    }

    /** @return the chosen rule as {@link ComponentRule#toJson()} has it, with the mean Dice of each class in each variant and the number of cases */
    public String toJson() {
        try {
            final ObjectNode root = (ObjectNode) MAPPER.readTree(choose().toJson());
            final ObjectNode dice = root.putObject("dice");
            for (final Variant variant : Variant.values()) {
                put(dice, variant, classes, Arrays.stream(sums[variant.ordinal()]).map(sum -> sum / cases).toArray());
            }

            root.put("cases", cases);
            return root.toPrettyString() + System.lineSeparator();
        } catch (final JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
