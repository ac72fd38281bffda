/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;

/**
 * Trilinear interpolation of a volume onto a grid with another number of voxels, the corner voxels of both grids on each
 * other: what {@code torch.nn.functional.interpolate(mode='trilinear', align_corners=True)} computes, with sums in double precision.
 */
public final class LinearResize {
    private LinearResize() {
    }

    /**
     * @param source [z][y][x], read until the last slice was asked for
     * @param from   its shape
     * @param to     shape of the result
     */
    public static SliceSource slices(final float[] source, final Shape from, final Shape to) {
        if (source.length != from.voxels()) {
            throw new IllegalArgumentException("An array of %d for a shape of %s".formatted(source.length, from));
        }

        final LinearTaps alongZ = LinearTaps.cornersAligned(from.depth(), to.depth());
        final LinearTaps alongY = LinearTaps.cornersAligned(from.height(), to.height());
        final LinearTaps alongX = LinearTaps.cornersAligned(from.width(), to.width());
        return (z, target, offset) -> {
            for (int y = 0; y < to.height(); y++) {
                sampleRow(source, from, alongZ, z, alongY, y, alongX, target, offset + y * to.width());
            }
        };
    }

    private static void sampleRow(final float[] source, final Shape from, final LinearTaps alongZ, final int z, final LinearTaps alongY, final int y, final LinearTaps alongX,
                                  final float[] target, final int offset) {
        final int lowLow = from.index(alongZ.low()[z], alongY.low()[y], 0);
        final int lowHigh = from.index(alongZ.low()[z], alongY.high()[y], 0);
        final int highLow = from.index(alongZ.high()[z], alongY.low()[y], 0);
        final int highHigh = from.index(alongZ.high()[z], alongY.high()[y], 0);
        final double ofLowLow = alongZ.lowWeight()[z] * alongY.lowWeight()[y];
        final double ofLowHigh = alongZ.lowWeight()[z] * alongY.highWeight()[y];
        final double ofHighLow = alongZ.highWeight()[z] * alongY.lowWeight()[y];
        final double ofHighHigh = alongZ.highWeight()[z] * alongY.highWeight()[y];
        for (int x = 0; x < alongX.low().length; x++) {
            final int low = alongX.low()[x];
            final int high = alongX.high()[x];
            final double atLow = ofLowLow * source[lowLow + low] + ofLowHigh * source[lowHigh + low] + ofHighLow * source[highLow + low] + ofHighHigh * source[highHigh + low];
            final double atHigh = ofLowLow * source[lowLow + high] + ofLowHigh * source[lowHigh + high] + ofHighLow * source[highLow + high] + ofHighHigh * source[highHigh + high];
            target[offset + x] = (float) (alongX.lowWeight()[x] * atLow + alongX.highWeight()[x] * atHigh);
        }
    }
}
