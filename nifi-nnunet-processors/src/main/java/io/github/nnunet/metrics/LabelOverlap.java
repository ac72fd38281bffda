/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/** How often each pair of predicted and reference value occurs: all overlap measures of all classes come from one pass. */
public final class LabelOverlap {
    static final int LARGEST_VALUE = 255;
    private static final int VALUES = LARGEST_VALUE + 1;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Times a byte, it is that byte eight times. */
    private static final long ONES = 0x0101010101010101L;

    /** [predicted][reference]; an array has at most 2^31 - 1 voxels, so an int suffices. */
    private final int[] pairs;
    private final int[] predicted = new int[VALUES];
    private final int[] reference = new int[VALUES];
    private final int voxels;

    private LabelOverlap(final int[] pairs, final int voxels) {
        this.pairs = pairs;
        this.voxels = voxels;
        for (int value = 0; value < VALUES; value++) {
            for (int other = 0; other < VALUES; other++) {
                predicted[value] += pairs[value * VALUES + other];
                reference[other] += pairs[value * VALUES + other];
            }
        }
    }

    /** @param prediction unsigned label values; {@code reference} likewise, of the same length */
    public static LabelOverlap count(final byte[] prediction, final byte[] reference) {
        if (prediction.length != reference.length) {
            throw new IllegalArgumentException("A prediction of %d voxels for a reference of %d".formatted(prediction.length, reference.length));
        }

        final int[] pairs = new int[VALUES * VALUES];
        final int blocks = prediction.length / Long.BYTES * Long.BYTES;
        int start = 0;
        while (start < blocks) {
            final long predicted = (long) EIGHT.get(prediction, start);
            final long wanted = (long) EIGHT.get(reference, start);
            if (isUniform(predicted) && isUniform(wanted)) {
                // Label maps are long runs of one value: most blocks are the pair of the block before.
                final int end = endOfRun(prediction, reference, start + Long.BYTES, predicted, wanted);
                pairs[(int) (predicted & LARGEST_VALUE) * VALUES + (int) (wanted & LARGEST_VALUE)] += end - start;
                start = end;
            } else {
                count(prediction, reference, start, start + Long.BYTES, pairs);
                start += Long.BYTES;
            }
        }

        count(prediction, reference, blocks, prediction.length, pairs);
        return new LabelOverlap(pairs, prediction.length);
    }

    /** @return where the first block starts, from {@code start} on, that is another one; the end of all whole blocks if there is none */
    private static int endOfRun(final byte[] prediction, final byte[] reference, final int start, final long predicted, final long wanted) {
        final int four = 4 * Long.BYTES;
        int block = start;
        while (block <= prediction.length - four && (difference(prediction, block, predicted) | difference(reference, block, wanted)) == 0) {
            block += four;
        }

        while (block <= prediction.length - Long.BYTES && (long) EIGHT.get(prediction, block) == predicted && (long) EIGHT.get(reference, block) == wanted) {
            block += Long.BYTES;
        }

        return block;
    }

    /** @return 0 if four blocks are that one */
    private static long difference(final byte[] label, final int start, final long block) {
        return (long) EIGHT.get(label, start) ^ block
                | (long) EIGHT.get(label, start + Long.BYTES) ^ block
                | (long) EIGHT.get(label, start + 2 * Long.BYTES) ^ block
                | (long) EIGHT.get(label, start + 3 * Long.BYTES) ^ block;
    }

    /** @return whether all eight bytes are the same */
    private static boolean isUniform(final long block) {
        return block == (block & LARGEST_VALUE) * ONES;
    }

    private static void count(final byte[] prediction, final byte[] reference, final int start, final int end, final int[] pairs) {
        for (int i = start; i < end; i++) {
            pairs[(prediction[i] & LARGEST_VALUE) * VALUES + (reference[i] & LARGEST_VALUE)]++;
        }
    }

    /** @return number of voxels compared */
    public long voxels() {
        return voxels;
    }

    /** @return voxels predicted as one of the values */
    public long predicted(final List<Integer> values) {
        return sum(predicted, values);
    }

    /** @return voxels that are one of the values in the reference */
    public long reference(final List<Integer> values) {
        return sum(reference, values);
    }

    private static long sum(final int[] counts, final List<Integer> values) {
        long sum = 0;
        for (final int value : values) {
            sum += counts[value];
        }

        return sum;
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
