/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.random.RandomGenerator;

/** Adds Gaussian noise of a standard deviation from 0 to 0.33. */
final class NoiseAugmentation implements Augmentation {
    private static final double HIGHEST = 0.33;

    private final double probability;

    NoiseAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (random.nextDouble() < probability) {
            add(patch.image(), random.nextDouble(0, HIGHEST), random);
        }
    }

    static void add(final float[] image, final double deviation, final RandomGenerator random) {
        for (int i = 0; i < image.length; i++) {
            image[i] += (float) (deviation * random.nextGaussian());
        }
    }
}
