/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/**
 * Nearest-neighbour interpolation onto a grid with another number of voxels in the same space: what
 * {@code skimage.transform.resize(order=0)} computes.
 */
public final class NearestResize {
    private NearestResize() {
    }

    /**
     * @param source [z][y][x]
     * @param from   its shape
     * @param to     shape of the result
     * @return a new array [z][y][x]
     */
    public static float[] resize(final float[] source, final Shape from, final Shape to) {
        final int[] planes = nearest(from.depth(), to.depth());
        final int[] rows = nearest(from.height(), to.height());
        final int[] columns = nearest(from.width(), to.width());
        final float[] result = new float[to.voxels()];
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

    /** The same for labels. */
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

    private static int[] nearest(final int from, final int to) {
        final double ratio = (double) from / to;
        final int[] indices = new int[to];
        for (int i = 0; i < to; i++) {
            final double position = (i + 0.5) * ratio - 0.5;
            indices[i] = Math.clamp((int) Math.floor(position + 0.5), 0, from - 1);
        }

        return indices;
    }
}
