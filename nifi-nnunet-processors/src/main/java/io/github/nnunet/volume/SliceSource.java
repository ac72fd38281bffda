/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

/** A volume that is made slice by slice, so that it need not be in memory as a whole. */
@FunctionalInterface
public interface SliceSource {

    /**
     * Gives a slice. They are asked for in ascending order of z.
     *
     * @param z      which one
     * @param target gets its voxels [y][x]
     * @param offset where in the target
     */
    void slice(int z, float[] target, int offset);

    /**
     * Makes them all.
     *
     * @param shape of the volume
     * @return a new array [z][y][x]
     */
    default float[] volume(final Shape shape) {
        final float[] voxels = new float[shape.voxels()];
        final int area = shape.height() * shape.width();
        for (int z = 0; z < shape.depth(); z++) {
            slice(z, voxels, z * area);
        }

        return voxels;
    }
}
