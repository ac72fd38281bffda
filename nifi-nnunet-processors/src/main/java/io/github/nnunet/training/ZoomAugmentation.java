/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/**
 * Enlarges the middle of the patch, 0.7 to 1 of its edges, to the whole patch: the image by cubic convolution
 * (Keys, a = -0.5), the label by nearest neighbour. In 2D the slice is enlarged in its plane.
 */
final class ZoomAugmentation implements Augmentation {
    private static final double SMALLEST = 0.7;
    private static final int TAPS = 4;

    private final double probability;

    ZoomAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (random.nextDouble() < probability) {
            zoom(patch, random.nextDouble(SMALLEST, 1));
        }
    }

    static void zoom(final Patch patch, final double scale) {
        Shape shape = patch.shape();
        float[] image = patch.image();
        final int[][] nearest = new int[3][];
        for (int axis = 0; axis < 3; axis++) {
            final int size = patch.shape().size(axis);
            final int part = Math.max(1, (int) Math.round(scale * size));
            final int start = (size - part) / 2;
            nearest[axis] = nearest(start, part, size);
            if (part < size) {
                final AxisFilter filter = cubic(start, part, size);
                image = filter.apply(image, patch.channels(), shape, axis);
                shape = filter.outputShape(shape, axis);
            }
        }

        System.arraycopy(image, 0, patch.image(), 0, patch.image().length);
        pick(patch.label(), patch.shape(), nearest);
    }

    /** Reads only the part, and repeats its outermost voxels beyond it. */
    private static AxisFilter cubic(final int start, final int part, final int size) {
        final int[] positions = new int[size * TAPS];
        final float[] weights = new float[size * TAPS];
        for (int output = 0; output < size; output++) {
            final double coordinate = (output + 0.5) * part / size - 0.5;
            final int below = (int) Math.floor(coordinate);
            final double fraction = coordinate - below;
            for (int tap = 0; tap < TAPS; tap++) {
                positions[output * TAPS + tap] = start + Math.clamp(below - 1L + tap, 0, part - 1);
                weights[output * TAPS + tap] = (float) keys(fraction + 1 - tap);
            }
        }

        return new AxisFilter(positions, weights, TAPS);
    }

    private static double keys(final double distance) {
        final double x = Math.abs(distance);
        if (x <= 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }

        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }

    private static int[] nearest(final int start, final int part, final int size) {
        final int[] positions = new int[size];
        for (int output = 0; output < size; output++) {
            positions[output] = start + Math.min((int) ((output + 0.5) * part / size), part - 1);
        }

        return positions;
    }

    private static void pick(final byte[] label, final Shape shape, final int[][] positions) {
        final byte[] source = label.clone();
        int index = 0;
        for (final int z : positions[0]) {
            for (final int y : positions[1]) {
                final int row = shape.index(z, y, 0);
                for (final int x : positions[2]) {
                    label[index++] = source[row + x];
                }
            }
        }
    }
}
