/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.NpzFile;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class ImportanceMapTest {
    /** Two units in the last place of a float at 1: exp and products are rounded in another order. */
    private static final float TOLERANCE = 1.2e-7f;

    private static NpzFile golden;

    @BeforeAll
    static void readGolden() throws IOException {
        golden = NpzFile.resource("/golden/sliding/importance.npz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12x16x8", "9x7x11", "16x11"})
    void gaussianMapIsMonais(final String size) {
        final Shape shape = shape(size);
        assertArrayEquals(golden.get("importance_" + size).floats(), ImportanceMap.of(shape, Blend.GAUSSIAN).weights(), TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64x64x64", "128x128x128", "40x56x40"})
    void linesThroughTheMiddleOfLargeMapsAreMonais(final String size) {
        final Shape shape = shape(size);
        final float[] weights = ImportanceMap.of(shape, Blend.GAUSSIAN).weights();
        final int[] middle = {shape.depth() / 2, shape.height() / 2, shape.width() / 2};
        for (int axis = 0; axis < 3; axis++) {
            final float[] line = new float[shape.size(axis)];
            for (int i = 0; i < line.length; i++) {
                final int[] at = middle.clone();
                at[axis] = i;
                line[i] = weights[shape.index(at[0], at[1], at[2])];
            }

            assertArrayEquals(golden.get("importance_%s_axis%d_line_through_centre".formatted(size, axis)).floats(), line, TOLERANCE);
        }
    }

    private static Shape shape(final String text) {
        final int[] sizes = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
        return sizes.length == 2 ? new Shape(1, sizes[0], sizes[1]) : Shape.of(sizes);
    }

    @Test
    void constantMapIsOneEverywhere() {
        assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, ImportanceMap.of(new Shape(1, 2, 3), Blend.CONSTANT).weights());
    }

    @Test
    void windowOfOneVoxelHasItsWholeWeight() {
        assertEquals(1, ImportanceMap.of(new Shape(1, 1, 1), Blend.GAUSSIAN).weights()[0]);
    }
}
