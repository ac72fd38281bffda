/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

/**
 * Weighted sums along one axis of an image: the part that blurring and enlarging share. Each output position along the
 * axis is a sum of the same number of input positions (taps).
 */
final class AxisFilter {
    private final int[] positions;
    private final float[] weights;
    private final int taps;

    /**
     * @param positions [output][tap] input positions
     * @param weights   [output][tap]
     */
    AxisFilter(final int[] positions, final float[] weights, final int taps) {
        this.positions = positions;
        this.weights = weights;
        this.taps = taps;
    }

    /** @return how long the axis is afterwards */
    private int outputSize() {
        return weights.length / taps;
    }

    Shape outputShape(final Shape shape, final int axis) {
        final int[] sizes = shape.toArray();
        sizes[axis] = outputSize();
        return Shape.of(sizes);
    }

    /**
     * @param source [channel][z][y][x]
     * @param shape  of a channel of the source
     * @return [channel][z][y][x] with the axis as long as this filter makes it
     */
    float[] apply(final float[] source, final int channels, final Shape shape, final int axis) {
        final int size = shape.size(axis);
        return switch (axis) {
            case 0 -> alongOuter(source, channels, size, shape.height() * shape.width());
            case 1 -> alongOuter(source, channels * shape.depth(), size, shape.width());
            default -> alongRows(source, channels * shape.depth() * shape.height(), size);
        };
    }

    /** Whole runs of voxels are added at a time. */
    private float[] alongOuter(final float[] source, final int blocks, final int size, final int run) {
        final int outputs = outputSize();
        final float[] target = new float[blocks * outputs * run];
        for (int block = 0; block < blocks; block++) {
            for (int output = 0; output < outputs; output++) {
                final int to = (block * outputs + output) * run;
                for (int tap = 0; tap < taps; tap++) {
                    addRun(source, (block * size + positions[output * taps + tap]) * run, weights[output * taps + tap], target, to, run);
                }
            }
        }

        return target;
    }

    private static void addRun(final float[] source, final int from, final float weight, final float[] target, final int to, final int run) {
        for (int k = 0; k < run; k++) {
            target[to + k] += weight * source[from + k];
        }
    }

    private float[] alongRows(final float[] source, final int rows, final int size) {
        final int outputs = outputSize();
        final float[] target = new float[rows * outputs];
        for (int row = 0; row < rows; row++) {
            final int from = row * size;
            for (int output = 0; output < outputs; output++) {
                final int first = output * taps;
                float sum = 0;
                for (int tap = first; tap < first + taps; tap++) {
                    sum += weights[tap] * source[from + positions[tap]];
                }

                target[row * outputs + output] = sum;
            }
        }

        return target;
    }
}
