/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.util.Arrays;

/**
 * The weight of each voxel of a window, as MONAI 1.1 and later: for {@link Blend#GAUSSIAN} the product over the axes of
 * {@code exp(-x^2 / (2 s^2))} with x the distance to the window's middle and s an eighth of its size, at least 1e-3 (or
 * the smallest weight of a window so small that all are larger).
 */
public final class ImportanceMap {
    private static final double SIGMA_SCALE = 0.125;
    private static final float SMALLEST = 1e-3f;

    private final Shape shape;
    private final float[] weights;

    ImportanceMap(final Shape shape, final float[] weights) {
        if (weights.length != shape.voxels()) {
            throw new IllegalArgumentException("%d weights for a window of %s".formatted(weights.length, shape));
        }
        this.shape = shape;
        this.weights = weights;
    }

    public static ImportanceMap of(final Shape roi, final Blend blend) {
        return switch (blend) {
            case GAUSSIAN -> gaussian(roi);
            case CONSTANT -> constant(roi);
        };
    }

    private static ImportanceMap constant(final Shape roi) {
        final float[] weights = new float[roi.voxels()];
        Arrays.fill(weights, 1);
        return new ImportanceMap(roi, weights);
    }

    private static ImportanceMap gaussian(final Shape roi) {
        final float[] alongZ = gaussian(roi.depth());
        final float[] alongY = gaussian(roi.height());
        final float[] alongX = gaussian(roi.width());
        final float[] weights = new float[roi.voxels()];
        float least = Float.MAX_VALUE;
        int voxel = 0;
        for (final float z : alongZ) {
            for (final float y : alongY) {
                final float row = z * y;
                for (final float x : alongX) {
                    final float weight = row * x;
                    weights[voxel] = weight;
                    least = Math.min(least, weight);
                    voxel++;
                }
            }
        }

        final float floor = Math.max(least, SMALLEST);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.max(weights[i], floor);
        }

        return new ImportanceMap(roi, weights);
    }

    /** Each step is rounded to float, as the original computes it. */
    private static float[] gaussian(final int size) {
        final double sigma = size * SIGMA_SCALE;
        final float denominator = (float) (-2 * sigma * sigma);
        final float[] weights = new float[size];
        for (int i = 0; i < size; i++) {
            final float distance = i - (size - 1) / 2f;
            weights[i] = (float) Math.exp(distance * distance / denominator);
        }

        return weights;
    }

    public Shape shape() {
        return shape;
    }

    /** @return the weights themselves, [z*y*x], not a copy */
    public float[] weights() {
        return weights;
    }
}
