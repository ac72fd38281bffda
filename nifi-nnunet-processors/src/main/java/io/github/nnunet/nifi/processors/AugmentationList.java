/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.training.AugmentationSettings;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Augmentations named in a property, separated by commas. */
final class AugmentationList {
    static final Validator VALIDATOR = AugmentationList::validate;
    private static final Map<String, UnaryOperator<AugmentationSettings>> WORDS = words();

    private AugmentationList() {
    }

    private static Map<String, UnaryOperator<AugmentationSettings>> words() {
        final Map<String, UnaryOperator<AugmentationSettings>> words = new LinkedHashMap<>();
        words.put("rotation", AugmentationSettings::withRotation);
        words.put("gamma", AugmentationSettings::withGamma);
        words.put("low_resolution", AugmentationSettings::withLowResolution);
        words.put("all", settings -> settings.withRotation().withGamma().withLowResolution());
        return words;
    }

    private static ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject).input(input);
        for (final String word : split(input)) {
            if (!WORDS.containsKey(word)) {
                return result.valid(false).explanation("'%s' is not an augmentation; there are %s".formatted(word, String.join(", ", WORDS.keySet()))).build();
            }
        }

        return result.valid(true).build();
    }

    private static String[] split(final String text) {
        return text.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*");
    }

    /** @param text that {@link #VALIDATOR} accepted, or null for none */
    static AugmentationSettings added(final AugmentationSettings settings, final String text) {
        AugmentationSettings all = settings;
        if (text != null) {
            for (final String word : split(text)) {
                all = WORDS.get(word).apply(all);
            }
        }

        return all;
    }
}
