/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class VolumeCoefficientsTest {

    /** One recursion along z over all of the volume, then the filters in the planes. */
    private static double[][] inOneGo(final float[] source, final Shape shape) {
        final SplinePlane plane = new SplinePlane(shape);
        final SplineFilter filter = new SplineFilter(shape.depth(), shape.width());
        final double[][] slices = new double[shape.depth() + 2 * SplineFilter.MARGIN][];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = plane.empty();
        }

        for (int y = 0; y < shape.height(); y++) {
            for (int z = 0; z < shape.depth(); z++) {
                for (int x = 0; x < shape.width(); x++) {
                    filter.sample(z)[x] = source[shape.index(z, y, x)];
                }
            }

            filter.filter(shape.width());
            for (int i = 0; i < slices.length; i++) {
                System.arraycopy(filter.coefficient(i - SplineFilter.MARGIN), 0, slices[i], plane.start(y), shape.width());
            }
        }

        for (final double[] slice : slices) {
            plane.filter(slice);
        }

        return slices;
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 4", "2, 5, 3", "9, 4, 130", "40, 6, 5", "155, 2, 3"})
    void slabsGiveTheSameNumbersToTheBit(final int depth, final int height, final int width) {
        final Shape shape = new Shape(depth, height, width);
        final float[] source = Cases.noise(shape, 5);
        final double[][] expected = inOneGo(source, shape);
        final VolumeCoefficients coefficients = new VolumeCoefficients(source, shape, SliceTeam.SINGLE);
        for (int index = 0; index < expected.length; index++) {
            assertArrayEquals(expected[index], coefficients.slice(index));
            for (int before = Math.max(0, index - 3); before < index; before++) {
                assertArrayEquals(expected[before], coefficients.slice(before));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "5", "11", "70"})
    void slicesMayBeLeftOut(final int step) {
        final Shape shape = new Shape(150, 3, 4);
        final float[] source = Cases.noise(shape, 6);
        final double[][] expected = inOneGo(source, shape);
        final VolumeCoefficients coefficients = new VolumeCoefficients(source, shape, SliceTeam.SINGLE);
        for (int first = 0; first + 3 < expected.length; first += step) {
            for (int index = first; index < first + 4; index++) {
                assertArrayEquals(expected[index], coefficients.slice(index));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"155, 240, 240", "120, 185, 185", "300, 512, 512"})
    void theyTakeLessMemoryThanTheVolume(final int depth, final int height, final int width) {
        final Shape shape = new Shape(depth, height, width);
        assertTrue(VolumeCoefficients.bytes(shape) < 0.75 * Float.BYTES * shape.count());
    }
}
