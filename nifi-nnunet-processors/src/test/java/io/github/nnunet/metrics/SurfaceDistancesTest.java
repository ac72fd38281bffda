/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.NpzFile;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SurfaceDistancesTest {
    private static final double TOLERANCE = 1e-9;
    private static final List<Integer> CLASS = List.of(1);

    /** Values by scipy: src/test/reference/surface_distances.py. */
    @ParameterizedTest
    @ValueSource(strings = {"case0", "case1", "case2", "case3", "case4"})
    void distancesAreThoseOfTheReferenceScript(final String name) throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/metric/surface_distances.npz");
        final Shape shape = Shape.of(golden.get(name + "__prediction").shape());
        final Spacing spacing = Spacing.of(golden.get(name + "__spacing").doubles());
        final double[] expected = golden.get(name + "__expected").doubles();
        final SurfaceDistances distances = SurfaceDistances.of(golden.get(name + "__prediction").bytes(), golden.get(name + "__reference").bytes(), shape, spacing, CLASS);
        assertEquals(expected[1], distances.hausdorff(0.95), TOLERANCE);
        assertEquals(expected[2], distances.surfaceDice(expected[0]), TOLERANCE);
    }

    @Test
    void distanceTransformIsThatOfComparingAllPairs() {
        final Shape shape = new Shape(4, 7, 5);
        final Spacing spacing = new Spacing(2.5, 0.7, 1.1);
        final Random random = new Random(5);
        final double[] squared = new double[shape.voxels()];
        for (int i = 0; i < squared.length; i++) {
            squared[i] = random.nextInt(20) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }

        final double[] marks = squared.clone();
        DistanceTransform.apply(squared, shape, spacing);
        for (int i = 0; i < squared.length; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < marks.length; j++) {
                nearest = marks[j] == 0 ? Math.min(nearest, squaredDistance(i, j, shape, spacing)) : nearest;
            }

            assertEquals(nearest, squared[i], TOLERANCE);
        }
    }

    private static double squaredDistance(final int first, final int second, final Shape shape, final Spacing spacing) {
        final int slice = shape.height() * shape.width();
        final double z = (first / slice - second / slice) * spacing.z();
        final double y = (first % slice / shape.width() - second % slice / shape.width()) * spacing.y();
        final double x = (first % shape.width() - second % shape.width()) * spacing.x();
        return z * z + y * y + x * x;
    }

    @Property(tries = 50)
    void equalMasksAreAtNoDistance(@ForAll @LongRange(min = 0, max = 1000) final long seed) {
        final Shape shape = new Shape(3, 5, 4);
        final byte[] label = randomLabel(shape, seed);
        label[0] = 1;
        final SurfaceDistances distances = SurfaceDistances.of(label, label, shape, new Spacing(1, 2, 3), CLASS);
        assertEquals(0, distances.hausdorff(1));
        assertEquals(1, distances.surfaceDice(0), TOLERANCE);
    }

    @Property(tries = 50)
    void distancesAreSymmetric(@ForAll @LongRange(min = 0, max = 1000) final long seed) {
        final Shape shape = new Shape(3, 5, 4);
        final Spacing spacing = new Spacing(1, 2, 3);
        final byte[] first = randomLabel(shape, seed);
        final byte[] second = randomLabel(shape, seed + 5000);
        first[7] = 1;
        second[9] = 1;
        final SurfaceDistances there = SurfaceDistances.of(first, second, shape, spacing, CLASS);
        final SurfaceDistances back = SurfaceDistances.of(second, first, shape, spacing, CLASS);
        assertEquals(there.hausdorff(0.95), back.hausdorff(0.95), TOLERANCE);
        assertEquals(there.surfaceDice(1), back.surfaceDice(1), TOLERANCE);
    }

    private static byte[] randomLabel(final Shape shape, final long seed) {
        final Random random = new Random(seed);
        final byte[] label = new byte[shape.voxels()];
        for (int i = 0; i < label.length; i++) {
            label[i] = (byte) (random.nextInt(4) == 0 ? 1 : 0);
        }

        return label;
    }

    @Test
    void shiftOfACubeIsItsDistance() {
        final Shape shape = new Shape(12, 12, 12);
        final byte[] first = cube(shape, 2);
        final byte[] second = cube(shape, 4);
        assertEquals(3, SurfaceDistances.of(first, second, shape, new Spacing(1, 1, 1.5), CLASS).hausdorff(1), TOLERANCE);
    }

    private static byte[] cube(final Shape shape, final int startX) {
        final byte[] label = new byte[shape.voxels()];
        for (int z = 3; z < 9; z++) {
            for (int y = 3; y < 9; y++) {
                for (int x = startX; x < startX + 6; x++) {
                    label[shape.index(z, y, x)] = 1;
                }
            }
        }

        return label;
    }

    @Test
    void missingSurfaceIsInfinitelyFar() {
        final Shape shape = new Shape(2, 2, 2);
        final byte[] empty = new byte[8];
        final byte[] full = {1, 1, 1, 1, 1, 1, 1, 1};
        final SurfaceDistances one = SurfaceDistances.of(empty, full, shape, new Spacing(1, 1, 1), CLASS);
        assertEquals(Double.POSITIVE_INFINITY, one.hausdorff(0.95));
        assertEquals(0, one.surfaceDice(1));
        final SurfaceDistances none = SurfaceDistances.of(empty, empty, shape, new Spacing(1, 1, 1), CLASS);
        assertEquals(Double.POSITIVE_INFINITY, none.hausdorff(0.95));
        assertTrue(Double.isNaN(none.surfaceDice(1)));
    }
}
