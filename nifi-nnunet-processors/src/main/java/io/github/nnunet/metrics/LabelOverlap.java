/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import java.util.List;

/** How often each pair of predicted and reference value occurs: all overlap measures of all classes come from one pass. */
public final class LabelOverlap {
    static final int LARGEST_VALUE = 255;
    private static final int VALUES = LARGEST_VALUE + 1;

    /** [predicted][reference]; an array has at most 2^31 - 1 voxels, so an int suffices. */
    private final int[] pairs;
    private final int voxels;

    private LabelOverlap(final int[] pairs, final int voxels) {
        this.pairs = pairs;
        this.voxels = voxels;
    }

    /** @param prediction unsigned label values; {@code reference} likewise, of the same length */
    public static LabelOverlap count(final byte[] prediction, final byte[] reference) {
        if (prediction.length != reference.length) {
            throw new IllegalArgumentException("A prediction of %d voxels for a reference of %d".formatted(prediction.length, reference.length));
        }

        final int[] pairs = new int[VALUES * VALUES];
        for (int i = 0; i < prediction.length; i++) {
            pairs[(prediction[i] & LARGEST_VALUE) * VALUES + (reference[i] & LARGEST_VALUE)]++;
        }

        return new LabelOverlap(pairs, prediction.length);
    }

    /** @return number of voxels compared */
    public long voxels() {
        return voxels;
    }

    /** @return voxels predicted as one of the values */
    public long predicted(final List<Integer> values) {
        long count = 0;
        for (final int value : values) {
            for (int other = 0; other < VALUES; other++) {
                count += pairs[value * VALUES + other];
            }
        }

        return count;
    }

    /** @return voxels that are one of the values in the reference */
    public long reference(final List<Integer> values) {
        long count = 0;
        for (final int value : values) {
            for (int other = 0; other < VALUES; other++) {
                count += pairs[other * VALUES + value];
            }
        }

        return count;
    }

    /** @return voxels that are one of the values in both */
    public long both(final List<Integer> values) {
        long count = 0;
        for (final int value : values) {
            for (final int other : values) {
                count += pairs[value * VALUES + other];
            }
        }

        return count;
    }
}
