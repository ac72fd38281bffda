/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import java.util.function.IntToDoubleFunction;

/**
 * What a linear resize reads along one axis: two neighbours and their weights for each voxel of the result.
 *
 * @param low        [voxel] index of the neighbour before
 * @param high       [voxel] index of the neighbour after
 * @param lowWeight  [voxel] weight of the one before
 * @param highWeight [voxel] weight of the one after
 */
record LinearTaps(int[] low, int[] high, double[] lowWeight, double[] highWeight) {

    /**
     * Voxel i of the result lies at (i + 0.5) * from / to - 0.5, held within the axis.
     *
     * @param from voxels along the axis before
     * @param to   and after
     */
    static LinearTaps of(final int from, final int to) {
        final double ratio = (double) from / to;
        return at(from, to, i -> (i + 0.5) * ratio - 0.5);
    }

    /**
     * Voxel i of the result lies at i * (from - 1) / (to - 1): the centres of the first and the last voxels fall together. A single voxel lies on the first.
     *
     * @param from voxels along the axis before
     * @param to   and after
     */
    static LinearTaps cornersAligned(final int from, final int to) {
        final double ratio = to > 1 ? (from - 1.0) / (to - 1) : 0;
        return at(from, to, i -> i * ratio);
    }

    private static LinearTaps at(final int from, final int to, final IntToDoubleFunction positions) {
        final LinearTaps taps = new LinearTaps(new int[to], new int[to], new double[to], new double[to]);
        for (int i = 0; i < to; i++) {
            final double position = Math.clamp(positions.applyAsDouble(i), 0.0, from - 1.0);
            final int low = (int) position;
            taps.low[i] = low;
            taps.high[i] = Math.min(low + 1, from - 1);
            taps.lowWeight[i] = 1.0 - (position - low);
            taps.highWeight[i] = 1.0 - taps.lowWeight[i];
        }

        return taps;
    }
}
