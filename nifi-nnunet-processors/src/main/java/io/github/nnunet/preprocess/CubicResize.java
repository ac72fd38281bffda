/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;

import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        return slices(source, from, to, SliceTeam.SINGLE).volume(to);
    }

    /**
     * The same slice by slice.
     *
     * @param source read until the last slice was asked for
     * @param team   works on slices together
     */
    public static SliceSource slices(final float[] source, final Shape from, final Shape to, final SliceTeam team) {
        requireLength(source, from);
        final int area = to.height() * to.width();
        return from.equals(to) ? (z, target, offset) -> System.arraycopy(source, z * area, target, offset, area) : interpolated(source, from, to, team);
    }

    /**
     * The same slice by slice, but a result of the same shape is interpolated too, as the reference does it: that leaves rounding
     * where the source is 0.
     *
     * @param source [z][y][x], finite; read until the last slice was asked for
     */
    static SliceSource interpolated(final float[] source, final Shape from, final Shape to, final SliceTeam team) {
        requireLength(source, from);
        final VolumeCoefficients coefficients = new VolumeCoefficients(source, from, team);
        final CubicTaps alongZ = CubicTaps.of(from.depth(), to.depth());
        final CubicTaps alongY = CubicTaps.of(from.height(), to.height());
        final CubicTaps alongX = CubicTaps.of(from.width(), to.width());
        final ValueRange range = ValueRange.of(source, 0, source.length);
        final SplineSampler[] samplers = Stream.generate(() -> new SplineSampler(coefficients, alongZ, alongY, alongX, range)).limit(team.size()).toArray(SplineSampler[]::new);
        if (team.size() == 1) {
            return samplers[0]::sampleSlice;
        }

        return new SlicesAhead(team, new VolumeSlices(coefficients, alongZ, samplers), IntStream.range(0, to.depth()).toArray(), to.height() * to.width());
    }

    private record VolumeSlices(VolumeCoefficients coefficients, CubicTaps alongZ, SplineSampler[] samplers) implements SlicesAhead.Maker {
        @Override
        public int prepare(final int z, final int last) {
            final int present = coefficients.present(alongZ.last(z));
            int end = z;
            while (end < last && alongZ.last(end + 1) <= present) {
                end++;
            }

            return end;
        }

        @Override
        public void make(final int member, final int z, final float[] target, final int offset) {
            samplers[member].sampleSlice(z, target, offset);
        }
    }

    /**
     * @param from shape of the source
     * @param to   shape of the result
     * @return bytes of memory that resizing a volume takes beside source and result
     */
    public static double workingBytes(final Shape from, final Shape to, final SliceTeam team) {
        return VolumeCoefficients.bytes(from) + (team.size() == 1 ? 0 : SlicesAhead.bytes(team, to.height() * to.width()));
    }

    /**
     * Resizes every slice by itself, as a picture: nothing passes between slices, and each keeps its own value range.
     * Slices of the same size are interpolated too, as the reference does it: that leaves rounding where they are 0.
     *
     * @param source [z][y][x], finite
     * @param from   its shape
     * @param height rows of the result's slices
     * @param width  columns of the result's slices
     * @param wanted the slices that will be asked for, in ascending order, each once or several times in a row
     * @return slices, numbered as those of the source
     */
    static SliceSource interpolatedSlices(final float[] source, final Shape from, final int height, final int width, final int[] wanted, final SliceTeam team) {
        requireLength(source, from);
        final CubicTaps alongY = CubicTaps.of(from.height(), height);
        final CubicTaps alongX = CubicTaps.of(from.width(), width);
        final PlaneCoefficients[] coefficients = Stream.generate(() -> new PlaneCoefficients(from)).limit(team.size()).toArray(PlaneCoefficients[]::new);
        final PlaneSlices slices = new PlaneSlices(source, from, coefficients, alongY, alongX);
        return team.size() == 1 ? (z, target, offset) -> slices.make(0, z, target, offset) : new SlicesAhead(team, slices, wanted, height * width);
    }

    private record PlaneSlices(float[] source, Shape from, PlaneCoefficients[] coefficients, CubicTaps alongY, CubicTaps alongX) implements SlicesAhead.Maker {
        @Override
        public int prepare(final int z, final int last) {
            return last;
        }

        @Override
        public void make(final int member, final int z, final float[] target, final int offset) {
            coefficients[member].set(source, from, z);
            final int area = from.height() * from.width();
            final ValueRange range = ValueRange.of(source, z * area, area);
            new SplineSampler(coefficients[member], CubicTaps.acrossPlane(), alongY, alongX, range).sampleSlice(0, target, offset);
        }
    }

    private static void requireLength(final float[] source, final Shape shape) {
        if (source.length != shape.voxels()) {
            throw new IllegalArgumentException("An array of %d for a shape of %s".formatted(source.length, shape));
        }
    }
}
