/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

/**
 * A piece of a case to learn from, changed in place by augmentations.
 *
 * @param shape    voxels; depth 1 in 2D
 * @param channels how many
 * @param image    [channel][z][y][x], flat
 * @param label    [z][y][x], flat, unsigned bytes
 */
record Patch(Shape shape, int channels, float[] image, byte[] label) {

    static Patch empty(final Shape shape, final int channels) {
        return new Patch(shape, channels, new float[Math.multiplyExact(channels, shape.voxels())], new byte[shape.voxels()]);
    }
}
