/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;

/**
 * Nearest-neighbour interpolation onto a grid with another number of voxels in the same space: what
 * {@code skimage.transform.resize(order=0)} computes.
 */
public final class NearestResize {
    private NearestResize() {
    }

    /**
     * Resizes an image.
     *
     * @param source its slices
     * @param from   its shape
     * @param to     shape of the result
     * @return slices of the result
     */
    static SliceSource slices(final SliceSource source, final Shape from, final Shape to) {
        return new Slices(source, from, to);
    }

    private static final class Slices implements SliceSource {
        private final SliceSource source;
        private final int width;
        private final int[] planes;
        private final int[] rows;
        private final int[] columns;
        private final float[] plane;
        private int present = -1;

        private Slices(final SliceSource source, final Shape from, final Shape to) {
            this.source = source;
            this.width = from.width();
            this.planes = nearest(from.depth(), to.depth());
            this.rows = nearest(from.height(), to.height());
            this.columns = nearest(from.width(), to.width());
            this.plane = new float[from.height() * from.width()];
        }

        @Override
        public void slice(final int z, final float[] target, final int offset) {
            if (present != planes[z]) {
                present = planes[z];
                source.slice(present, plane, 0);
            }

            int at = offset;
            for (final int y : rows) {
                for (final int x : columns) {
                    target[at++] = plane[y * width + x];
                }
            }
        }
    }

    /**
     * Resizes labels.
     *
     * @param source [z][y][x]
     * @param from   its shape
     * @param to     shape of the result
     * @return a new array [z][y][x]
     */
    public static byte[] resize(final byte[] source, final Shape from, final Shape to) {
        final int[] planes = nearest(from.depth(), to.depth());
        final int[] rows = nearest(from.height(), to.height());
        final int[] columns = nearest(from.width(), to.width());
        final byte[] result = new byte[to.voxels()];
        int at = 0;
        for (final int z : planes) {
            for (final int y : rows) {
                final int row = from.index(z, y, 0);
                for (final int x : columns) {
                    result[at++] = source[row + x];
                }
            }
        }

        return result;
    }

    /** @return [voxel of the result] the voxel of the source along the same axis, ascending */
    static int[] nearest(final int from, final int to) {
        final double ratio = (double) from / to;
        final int[] indices = new int[to];
        for (int i = 0; i < to; i++) {
            final double position = (i + 0.5) * ratio - 0.5;
            indices[i] = Math.clamp((int) Math.floor(position + 0.5), 0, from - 1);
        }

        return indices;
    }
}
