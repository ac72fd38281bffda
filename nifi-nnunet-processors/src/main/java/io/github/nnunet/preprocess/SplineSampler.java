/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * Evaluates a cubic B-spline at the voxels of another grid, slice by slice. The weights are applied axis by axis (z,
 * then y, then x), over contiguous rows.
 *
 * <p>Where the spline passes through zero on a knot, what is left is rounding, and its sign decides whether the voxel
 * is foreground for the normalisation. There the full sum over all taps is taken, in the order in which
 * {@code scipy.ndimage.zoom} takes it, so that the same voxels come out as foreground.
 */
final class SplineSampler {
    /** A sum smaller than this part of its nearest coefficient is nothing but rounding. */
    private static final double ROUNDING = 1e-10;
    /** Three axes of a cubic prefilter enlarge the largest value at most this much. */
    private static final double LARGEST_GROWTH = 27;

    private final SplineCoefficients coefficients;
    private final CubicTaps alongZ;
    private final CubicTaps alongY;
    private final CubicTaps alongX;
    private final ValueRange range;
    private final double suspicious;
    private final boolean columnsOnKnots;
    private final double[] plane;
    private final double[] row;
    private final double[] values;

    /**
     * @param coefficients the spline
     * @param alongZ       taps of the result's slices
     * @param alongY       taps of the result's rows
     * @param alongX       taps of the result's columns
     * @param range        results are clipped to it
     */
    SplineSampler(final SplineCoefficients coefficients, final CubicTaps alongZ, final CubicTaps alongY, final CubicTaps alongX, final ValueRange range) {
        this.coefficients = coefficients;
        this.alongZ = alongZ;
        this.alongY = alongY;
        this.alongX = alongX;
        this.range = range;
        this.suspicious = ROUNDING * LARGEST_GROWTH * range.largestMagnitude();
        this.columnsOnKnots = alongX.hasKnots();
        this.plane = new double[coefficients.height() * coefficients.width()];
        this.row = new double[coefficients.width()];
        this.values = new double[alongX.first().length];
    }

    /** Writes slice z of the result, [y][x], at an offset of the target. */
    void sampleSlice(final int z, final float[] target, final int offset) {
        final double[] slice = interpolateSlice(z);
        final int rows = alongY.first().length;
        for (int y = 0; y < rows; y++) {
            interpolateRow(slice, y);
            sampleRow(z, y, target, offset + y * values.length);
        }
    }

    private double[] interpolateSlice(final int z) {
        final int first = alongZ.first()[z];
        if (alongZ.count() == 1) {
            return coefficients.slice(first);
        }
        combine(plane, coefficients.slice(first), coefficients.slice(first + 1), coefficients.slice(first + 2), coefficients.slice(first + 3),
                alongZ.weights(), 4 * z);
        return plane;
    }

    private static void combine(final double[] result, final double[] a, final double[] b, final double[] c, final double[] d,
                                final double[] weights, final int at) {
        final double weightA = weights[at];
        final double weightB = weights[at + 1];
        final double weightC = weights[at + 2];
        final double weightD = weights[at + 3];
        for (int i = 0; i < result.length; i++) {
            result[i] = weightA * a[i] + weightB * b[i] + weightC * c[i] + weightD * d[i];
        }
    }

    private void interpolateRow(final double[] slice, final int y) {
        final double[] weights = alongY.weights();
        final double weightA = weights[4 * y];
        final double weightB = weights[4 * y + 1];
        final double weightC = weights[4 * y + 2];
        final double weightD = weights[4 * y + 3];
        final int width = coefficients.width();
        final int a = alongY.first()[y] * width;
        final int b = a + width;
        final int c = b + width;
        final int d = c + width;
        for (int x = 0; x < width; x++) {
            row[x] = weightA * slice[a + x] + weightB * slice[b + x] + weightC * slice[c + x] + weightD * slice[d + x];
        }
    }

    private void sampleRow(final int z, final int y, final float[] target, final int offset) {
        interpolateColumns();
        final boolean rowOnKnot = alongZ.isOnKnot(z) || alongY.isOnKnot(y);
        if (rowOnKnot || columnsOnKnots) {
            replaceRounding(z, y, rowOnKnot);
        }
        final float min = range.min();
        final float max = range.max();
        for (int x = 0; x < values.length; x++) {
            target[offset + x] = Math.max(min, Math.min(max, (float) values[x]));
        }
    }

    private void interpolateColumns() {
        final int[] first = alongX.first();
        final double[] weights = alongX.weights();
        for (int x = 0; x < values.length; x++) {
            final int tap = first[x];
            final int weight = 4 * x;
            values[x] = weights[weight] * row[tap] + weights[weight + 1] * row[tap + 1]
                    + weights[weight + 2] * row[tap + 2] + weights[weight + 3] * row[tap + 3];
        }
    }

    private void replaceRounding(final int z, final int y, final boolean rowOnKnot) {
        for (int x = 0; x < values.length; x++) {
            final boolean onKnot = rowOnKnot || alongX.isOnKnot(x);
            if (onKnot && Math.abs(values[x]) < suspicious && isRounding(values[x], z, y, x)) {
                values[x] = fullSum(z, y, x);
            }
        }
    }

    private boolean isRounding(final double value, final int z, final int y, final int x) {
        final double nearest = coefficients.slice(alongZ.nearest(z))[alongY.nearest(y) * coefficients.width() + alongX.nearest(x)];
        return Math.abs(value) < ROUNDING * Math.abs(nearest);
    }

    private double fullSum(final int z, final int y, final int x) {
        final int width = coefficients.width();
        double sum = 0;
        for (int k = 0; k < alongZ.count(); k++) {
            final double[] slice = coefficients.slice(alongZ.first()[z] + k);
            final double weightZ = alongZ.weights()[alongZ.count() * z + k];
            for (int l = 0; l < 4; l++) {
                final double weightY = alongY.weights()[4 * y + l];
                final int start = (alongY.first()[y] + l) * width + alongX.first()[x];
                for (int m = 0; m < 4; m++) {
                    sum += slice[start + m] * weightZ * weightY * alongX.weights()[4 * x + m];
                }
            }
        }

        return sum;
    }
}
