/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.preprocess.CubicResize;
import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/**
 * Shrinks channels, each with probability 0.5, to 0.5 to 1 of their edges by nearest neighbour, and enlarges them again by cubic
 * splines. Patches of thick slices, and in 2D, keep their slices. As nnU-Net's.
 */
final class LowResolutionAugmentation implements Augmentation {
    private static final double SMALLEST = 0.5;
    private static final double CHANNEL_PROBABILITY = 0.5;

    private final double probability;

    LowResolutionAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (probability > 0 && random.nextDouble() < probability) {
            for (int channel = 0; channel < patch.channels(); channel++) {
                if (random.nextDouble() < CHANNEL_PROBABILITY) {
                    coarsen(patch, channel, random.nextDouble(SMALLEST, 1));
                }
            }
        }
    }

    static void coarsen(final Patch patch, final int channel, final double scale) {
        final Shape shape = patch.shape();
        final Shape small = new Shape(Slices.areThick(shape) ? shape.depth() : scaled(shape.depth(), scale), scaled(shape.height(), scale), scaled(shape.width(), scale));
        final int start = channel * shape.voxels();
        System.arraycopy(CubicResize.resize(nearest(patch.image(), start, shape, small), small, shape), 0, patch.image(), start, shape.voxels());
    }

    private static float[] nearest(final float[] image, final int start, final Shape from, final Shape to) {
        final float[] coarse = new float[to.voxels()];
        int at = 0;
        for (int z = 0; z < to.depth(); z++) {
            for (int y = 0; y < to.height(); y++) {
                final int row = start + from.index(nearest(z, from.depth(), to.depth()), nearest(y, from.height(), to.height()), 0);
                for (int x = 0; x < to.width(); x++) {
                    coarse[at++] = image[row + nearest(x, from.width(), to.width())];
                }
            }
        }

        return coarse;
    }

    private static int nearest(final int position, final int from, final int to) {
        return Math.min((int) ((position + 0.5) * from / to), from - 1);
    }

    private static int scaled(final int size, final double scale) {
        return Math.max(1, (int) Math.rint(size * scale));
    }
}
