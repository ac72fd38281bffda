/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * What a cubic resize reads along one axis: for each voxel of the result the first coefficient and the weights of it
 * and those that follow.
 *
 * @param count   coefficients for each voxel: 4, or 1 across a plane
 * @param first   [voxel] index of the first one, margins of {@link SplineCoefficients} included
 * @param weights [voxel][count], flat
 */
record CubicTaps(int count, int[] first, double[] weights) {
    private static final double NO_WEIGHT = 1e-15;

    /**
     * Voxel i of the result lies at (i + 0.5) * from / to - 0.5: the outer faces of both grids coincide.
     *
     * @param from voxels along the axis before
     * @param to   and after
     */
    static CubicTaps of(final int from, final int to) {
        final int[] first = new int[to];
        final double[] weights = new double[4 * to];
        final double ratio = (double) from / to;
        for (int i = 0; i < to; i++) {
            // Taken on the padded axis, where the reference takes it: another origin rounds differently.
            final double position = (i + 0.5) * ratio - 0.5 + SplineFilter.PADDING;
            final double knot = Math.floor(position);
            first[i] = (int) knot - 1 - SplineFilter.PADDING + SplineFilter.MARGIN;
            setWeights(weights, 4 * i, position - knot);
        }

        return new CubicTaps(4, first, weights);
    }

    /** @return the single tap of an axis along which nothing is interpolated */
    static CubicTaps acrossPlane() {
        return new CubicTaps(1, new int[] {0}, new double[] {1.0});
    }

    private static void setWeights(final double[] weights, final int at, final double fraction) {
        final double rest = 1.0 - fraction;
        final double before = rest * rest * rest / 6.0;
        final double near = (fraction * fraction * (fraction - 2.0) * 3.0 + 4.0) / 6.0;
        final double next = (rest * rest * (rest - 2.0) * 3.0 + 4.0) / 6.0;
        weights[at] = before;
        weights[at + 1] = near;
        weights[at + 2] = next;
        weights[at + 3] = 1.0 - before - near - next;
    }

    /** @return index of the last coefficient that a voxel reads */
    int last(final int voxel) {
        return first[voxel] + count - 1;
    }

    /** @return index of the coefficient with the largest weight for a voxel */
    int nearest(final int voxel) {
        if (count == 1) {
            return first[voxel];
        }
        return first[voxel] + (weights[4 * voxel + 1] >= weights[4 * voxel + 2] ? 1 : 2);
    }

    /** @return whether a voxel lies on a knot of the spline, as far as its weights tell */
    boolean isOnKnot(final int voxel) {
        return count == 4 && (weights[4 * voxel] < NO_WEIGHT || weights[4 * voxel + 3] < NO_WEIGHT);
    }

    /** @return whether any voxel lies on a knot */
    boolean hasKnots() {
        for (int voxel = 0; voxel < first.length; voxel++) {
            if (isOnKnot(voxel)) {
                return true;
            }
        }

        return false;
    }
}
