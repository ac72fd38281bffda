/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.metrics.Measure;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Measures named in a property, separated by commas. */
final class MeasureList {
    static final String DEFAULT = "dice, volume";
    static final Validator VALIDATOR = MeasureList::validate;
    private static final String ALL = "all";
    private static final Map<String, Set<Measure>> WORDS = words();

    private MeasureList() {
    }

    private static Map<String, Set<Measure>> words() {
        final Map<String, Set<Measure>> words = new LinkedHashMap<>();
        words.put("dice", EnumSet.of(Measure.DICE));
        words.put("hd95", EnumSet.of(Measure.HAUSDORFF_95));
        words.put("surface_dice", EnumSet.of(Measure.SURFACE_DICE));
        words.put("sensitivity", EnumSet.of(Measure.SENSITIVITY));
        words.put("specificity", EnumSet.of(Measure.SPECIFICITY));
        words.put("precision", EnumSet.of(Measure.PRECISION));
        words.put("volume", EnumSet.of(Measure.PREDICTED_MILLILITRES, Measure.REFERENCE_MILLILITRES));
        words.put(ALL, EnumSet.allOf(Measure.class));
        return words;
    }

    private static ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject).input(input);
        for (final String word : split(input)) {
            if (!WORDS.containsKey(word)) {
                return result.valid(false).explanation("'%s' is not a measure; there are %s".formatted(word, String.join(", ", WORDS.keySet()))).build();
            }
        }

        return result.valid(true).build();
    }

    private static String[] split(final String text) {
        return text.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*");
    }

    /** @param text that {@link #VALIDATOR} accepted */
    static Set<Measure> parse(final String text) {
        final Set<Measure> measures = EnumSet.noneOf(Measure.class);
        for (final String word : split(text)) {
            measures.addAll(WORDS.get(word));
        }

        return measures;
    }
}
