/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;

/**
 * Cubic B-spline interpolation of a volume onto a grid with another number of voxels in the same space. Computes what
 * {@code skimage.transform.resize(order=3, mode='edge', clip=True, anti_aliasing=False)} of scikit-image 0.19.3
 * computes: edges extended, prefilter and sums in double precision, results rounded to float and clipped to the range
 * of the source.
 */
public final class CubicResize {
    private CubicResize() {
    }

    /**
     * @param source [z][y][x], finite
     * @param from   its shape
     * @param to     shape of the result; the same as {@code from} gives a copy
     * @return a new array [z][y][x]
     */
    public static float[] resize(final float[] source, final Shape from, final Shape to) {
        return slices(source, from, to).volume(to);
    }

    /**
     * The same slice by slice.
     *
     * @param source read until the last slice was asked for
     */
    public static SliceSource slices(final float[] source, final Shape from, final Shape to) {
        requireLength(source, from);
        final int area = to.height() * to.width();
        return from.equals(to) ? (z, target, offset) -> System.arraycopy(source, z * area, target, offset, area) : interpolated(source, from, to);
    }

    /**
     * The same slice by slice, but a result of the same shape is interpolated too, as the reference does it: that leaves rounding
     * where the source is 0.
     *
     * @param source [z][y][x], finite; read until the last slice was asked for
     */
    static SliceSource interpolated(final float[] source, final Shape from, final Shape to) {
        requireLength(source, from);
        final SplineSampler sampler = new SplineSampler(new VolumeCoefficients(source, from), CubicTaps.of(from.depth(), to.depth()), CubicTaps.of(from.height(), to.height()),
                CubicTaps.of(from.width(), to.width()), ValueRange.of(source, 0, source.length));
        return sampler::sampleSlice;
    }

    /** @return bytes of memory that resizing a volume takes beside source and result */
    public static double workingBytes(final Shape from) {
        return VolumeCoefficients.bytes(from);
    }

    /**
     * Resizes every slice by itself, as a picture: nothing passes between slices, and each keeps its own value range.
     * Slices of the same size are interpolated too, as the reference does it: that leaves rounding where they are 0.
     *
     * @param source [z][y][x], finite
     * @param from   its shape
     * @param height rows of the result's slices
     * @param width  columns of the result's slices
     * @return slices as many as those of the source
     */
    static SliceSource interpolatedSlices(final float[] source, final Shape from, final int height, final int width) {
        requireLength(source, from);
        final CubicTaps alongY = CubicTaps.of(from.height(), height);
        final CubicTaps alongX = CubicTaps.of(from.width(), width);
        final PlaneCoefficients coefficients = new PlaneCoefficients(from);
        final int area = from.height() * from.width();
        return (z, target, offset) -> {
            coefficients.set(source, from, z);
            final ValueRange range = ValueRange.of(source, z * area, area);
            new SplineSampler(coefficients, CubicTaps.acrossPlane(), alongY, alongX, range).sampleSlice(0, target, offset);
        };
    }

    private static void requireLength(final float[] source, final Shape shape) {
        if (source.length != shape.voxels()) {
            throw new IllegalArgumentException("An array of %d for a shape of %s".formatted(source.length, shape));
        }
    }
}
