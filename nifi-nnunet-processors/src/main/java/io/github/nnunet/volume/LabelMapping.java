/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which label values are to become which others, all at once: with 1:2 and 2:1 the two change places. BraTS numbers its
 * classes 0, 1, 2 and 4, and the reference makes its 4 a 3.
 *
 * @param values new value by old value; values that are not named stay
 */
public record LabelMapping(Map<Integer, Integer> values) {
    /** Leaves labels as they are. */
    public static final LabelMapping NONE = new LabelMapping(Map.of());

    private static final int VALUES = 256;
    private static final Pattern PAIR = Pattern.compile("\\s*(\\d{1,3})\\s*:\\s*(\\d{1,3})\\s*");

    public LabelMapping {
        values = Map.copyOf(values);
        values.forEach((from, to) -> {
            if (!isLabel(from) || !isLabel(to)) {
                throw new IllegalArgumentException("Labels are 0 to 255, not %d:%d".formatted(from, to));
            }
        });
    }

    private static boolean isLabel(final int value) {
        return value >= 0 && value < VALUES;
    }

    /**
     * @param text pairs of an old and a new value, such as "4:3" or "4:3, 5:3"; blank for none
     * @throws CaseException if the text is anything else
     */
    public static LabelMapping parse(final String text) throws CaseException {
        final Map<Integer, Integer> values = new TreeMap<>();
        if (text.isBlank()) {
            return NONE;
        }

        for (final String pair : text.split(",", -1)) {
            final Matcher matcher = PAIR.matcher(pair);
            if (!matcher.matches()) {
                throw malformed(text, "\"%s\" is not an old and a new value".formatted(pair.strip()));
            }

            final int from = Integer.parseInt(matcher.group(1));
            final int to = Integer.parseInt(matcher.group(2));
            if (!isLabel(from) || !isLabel(to)) {
                throw malformed(text, "labels are whole numbers from 0 to 255");
            }

            if (values.put(from, to) != null) {
                throw malformed(text, "the value %d is there twice".formatted(from));
            }
        }

        return new LabelMapping(values);
    }

    private static CaseException malformed(final String text, final String why) {
        return new CaseException(FaultCategory.UNSUPPORTED, "The label mapping \"%s\" cannot be used: %s. Give pairs such as 4:3, separated by commas.".formatted(text, why));
    }

    /** @return the mapping as {@link #parse} reads it; empty where nothing is mapped */
    public Optional<String> text() {
        final String text = new TreeMap<>(values).entrySet().stream().map(pair -> pair.getKey() + ":" + pair.getValue()).collect(Collectors.joining(","));
        return Optional.of(text).filter(pairs -> !pairs.isEmpty());
    }

    /** @return what becomes of a value */
    public int valueOf(final int value) {
        return values.getOrDefault(value, value);
    }

    /** @return the label with the new values, on the same grid; the label itself where nothing is mapped */
    public LabelVolume apply(final LabelVolume label) {
        return values.isEmpty() ? label : new LabelVolume(mapped(label.voxels()), label.geometry());
    }

    private byte[] mapped(final byte[] voxels) {
        final byte[] newValues = new byte[VALUES];
        for (int value = 0; value < VALUES; value++) {
            newValues[value] = (byte) valueOf(value);
        }

        final byte[] result = new byte[voxels.length];
        for (int i = 0; i < voxels.length; i++) {
            result[i] = newValues[voxels[i] & 0xFF];
        }

        return result;
    }
}
