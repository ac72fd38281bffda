/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

/** What several threads make is, bit by bit, what one makes. */
class TeamResamplingTest {
    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "0.4,0.7,1.3", "3,2,1.1", "9,1,1", "0.5,0.1,0.1", "1.9,0.3,0.3"})
    void caseIsTheSame(final double z, final double y, final double x) throws CaseException {
        final Shape shape = new Shape(33, 21, 18);
        final byte[] label = new byte[shape.voxels()];
        IntStream.range(0, label.length).forEach(voxel -> label[voxel] = (byte) (voxel / 7 % 4));
        final ScanCase scan = Cases.of(shape, new Spacing(z, y, x), label, Cases.noise(shape, 5), Cases.noise(shape, 6));
        final Spacing target = new Spacing(1.2, 1, 0.9);
        final ScanCase alone = Resampling.apply(scan, target);
        for (int threads = 2; threads < 5; threads++) {
            final ScanCase together = Resampling.apply(scan, target, new SliceTeam(executor, threads));
            assertArrayEquals(alone.channels(), together.channels());
            assertArrayEquals(alone.label().orElseThrow(), together.label().orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 200})
    void volumeOfAnyDepthIsTheSame(final int depth) {
        final Shape from = new Shape(40, 9, 11);
        final Shape to = new Shape(depth, 12, 8);
        final float[] source = Cases.noise(from, 7);
        assertArrayEquals(CubicResize.slices(source, from, to, SliceTeam.SINGLE).volume(to), CubicResize.slices(source, from, to, new SliceTeam(executor, 3)).volume(to));
    }

    @Test
    void slicesThatAreAskedForAgainAndLeftOutAreTheSame() {
        final Shape from = new Shape(12, 9, 11);
        final float[] source = Cases.noise(from, 8);
        final int[] wanted = {0, 0, 0, 2, 3, 3, 7, 8, 9, 11};
        final SliceSource alone = CubicResize.interpolatedSlices(source, from, 10, 10, wanted, SliceTeam.SINGLE);
        final SliceSource together = CubicResize.interpolatedSlices(source, from, 10, 10, wanted, new SliceTeam(executor, 2));
        for (final int z : wanted) {
            final float[] expected = new float[100];
            final float[] actual = new float[100];
            alone.slice(z, expected, 0);
            together.slice(z, actual, 0);
            assertArrayEquals(expected, actual, "slice " + z);
        }
    }
}
