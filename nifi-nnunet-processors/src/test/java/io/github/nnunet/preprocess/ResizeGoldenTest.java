/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Against scikit-image 0.19.3; src/test/reference/resize_golden.py makes the files. */
class ResizeGoldenTest {
    /** Relative to the largest value: single precision's last bit. */
    private static final double TOLERANCE = 1.2e-7;

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "mixed", "one_axis", "thin", "thickened", "line", "tiny"})
    void cubicResizeIsScikitImagesToTheLastBitAndOverTheSameForeground(final String name) throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/resize/cubic.npz");
        for (final String kind : new String[] {"_blob", "_noise"}) {
            final NpyFile source = golden.get(name + kind + "__in");
            final NpyFile expected = golden.get(name + kind + "__out");
            assertSame(expected.floats(), CubicResize.resize(source.floats(), Shape.of(source.shape()), Shape.of(expected.shape())), name + kind);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "mixed", "one_axis", "thin", "thickened", "line", "tiny"})
    void slicesAreResizedAsScikitImageResizesPictures(final String name) throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/resize/slices.npz");
        for (final String kind : new String[] {"_blob", "_noise"}) {
            final NpyFile source = golden.get(name + kind + "__in");
            final NpyFile expected = golden.get(name + kind + "__out");
            final Shape to = Shape.of(expected.shape());
            assertSame(expected.floats(), CubicResize.interpolatedSlices(source.floats(), Shape.of(source.shape()), to.height(), to.width(), IntStream.range(0, to.depth()).toArray(), SliceTeam.SINGLE).volume(to), name + kind);
        }
    }

    @Test
    void nearestResizeTakesTheSameVoxels() throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/resize/nearest.npz");
        for (final String name : golden.names()) {
            if (name.endsWith("__in")) {
                final NpyFile source = golden.get(name);
                final NpyFile expected = golden.get(name.replace("__in", "__out"));
                final Shape from = Shape.of(source.shape());
                final Shape to = Shape.of(expected.shape());
                assertArrayEquals(expected.floats(), NearestResize.slices(Cases.slices(source.floats(), from), from, to).volume(to), name);
            }
        }
    }

    @Test
    void labelResizeGivesTheSameClassEverywhere() throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/resize/label.npz");
        for (final String name : golden.names()) {
            if (name.endsWith("__in")) {
                final NpyFile source = golden.get(name);
                final NpyFile expected = golden.get(name.replace("__in", "__out"));
                assertArrayEquals(expected.bytes(), LabelResize.resize(source.bytes(), Shape.of(source.shape()), Shape.of(expected.shape()), SliceTeam.SINGLE), name);
            }
        }
    }

    private static void assertSame(final float[] expected, final float[] actual, final String name) {
        final double tolerance = TOLERANCE * ValueRange.of(expected, 0, expected.length).largestMagnitude();
        assertArrayEquals(expected, actual, (float) tolerance, name);
        int differing = 0;
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] != 0 != (actual[i] != 0)) {
                differing++;
            }
        }

        assertEquals(0, differing, "Voxels of %s that are zero in one result only, of %d".formatted(name, expected.length));
    }
}
