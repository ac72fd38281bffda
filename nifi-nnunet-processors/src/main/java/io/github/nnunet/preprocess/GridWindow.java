/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/**
 * A window onto a volume, of any shape and anywhere over it: crops where it lies inside, pads with zeros where it
 * reaches out.
 *
 * @param from   shape of the volume
 * @param before voxels of the window before the volume's first one along [z][y][x]; negative where voxels are cut off
 * @param to     shape of the window
 */
record GridWindow(Shape from, int[] before, Shape to) {

    /** @return a new array [z][y][x] of the window's shape */
    float[] of(final float[] source) {
        final float[] result = new float[to.voxels()];
        copyRows(source, result);
        return result;
    }

    /** @return a new array [z][y][x] of the window's shape */
    byte[] of(final byte[] source) {
        final byte[] result = new byte[to.voxels()];
        copyRows(source, result);
        return result;
    }

    /** @param source and {@code result}: arrays of the same primitive type */
    private void copyRows(final Object source, final Object result) {
        final int firstX = Math.max(0, before[2]);
        final int length = Math.min(to.width(), before[2] + from.width()) - firstX;
        if (length <= 0) {
            return;
        }
        for (int z = Math.max(0, before[0]); z < Math.min(to.depth(), before[0] + from.depth()); z++) {
            for (int y = Math.max(0, before[1]); y < Math.min(to.height(), before[1] + from.height()); y++) {
                System.arraycopy(source, from.index(z - before[0], y - before[1], firstX - before[2]), result, to.index(z, y, firstX), length);
            }
        }
    }
}
