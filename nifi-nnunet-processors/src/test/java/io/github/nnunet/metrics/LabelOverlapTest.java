/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class LabelOverlapTest {
    private static byte[] runs(final int length, final int longestRun, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] values = {0, 1, 127, 128, 255};
        final byte[] label = new byte[length];
        int filled = 0;
        while (filled < length) {
            final byte value = (byte) values[random.nextInt(values.length)];
            final int end = Math.min(length, filled + 1 + random.nextInt(longestRun));
            for (; filled < end; filled++) {
                label[filled] = value;
            }
        }

        return label;
    }

    private static long voxels(final byte[] prediction, final byte[] reference, final int predicted, final int wanted) {
        return IntStream.range(0, prediction.length).filter(i -> (prediction[i] & 0xff) == predicted && (reference[i] & 0xff) == wanted).count();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "7, 3", "8, 20", "9, 20", "1003, 1", "1003, 3", "4096, 40", "4099, 500"})
    void everyVoxelCountsOnceWhetherItsNeighboursAreAlikeOrNot(final int length, final int longestRun) {
        final byte[] prediction = runs(length, longestRun, 1);
        final byte[] reference = runs(length, longestRun, 2);

        final LabelOverlap overlap = LabelOverlap.count(prediction, reference);

        for (final int value : List.of(0, 1, 2, 127, 128, 255)) {
            assertEquals(voxels(prediction, prediction, value, value), overlap.predicted(List.of(value)), "predicted " + value);
            assertEquals(voxels(reference, reference, value, value), overlap.reference(List.of(value)), "reference " + value);
            assertEquals(voxels(prediction, reference, value, value), overlap.both(List.of(value)), "both " + value);
        }

        assertEquals(voxels(prediction, reference, 1, 255) + voxels(prediction, reference, 255, 1) + voxels(prediction, reference, 1, 1) + voxels(prediction, reference, 255, 255),
                overlap.both(List.of(1, 255)));
        assertEquals(length, overlap.voxels());
    }

    @Test
    void labelsOfDifferentLengthsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> LabelOverlap.count(new byte[8], new byte[9]));
    }
}
