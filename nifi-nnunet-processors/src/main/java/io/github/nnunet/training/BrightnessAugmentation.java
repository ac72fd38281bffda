/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.random.RandomGenerator;

/** Multiplies all intensities by one factor from 0.7 to 1.3. */
final class BrightnessAugmentation implements Augmentation {
    private static final double LOWEST = 0.7;
    private static final double HIGHEST = 1.3;

    private final double probability;

    BrightnessAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (random.nextDouble() < probability) {
            scale(patch.image(), (float) random.nextDouble(LOWEST, HIGHEST));
        }
    }

    static void scale(final float[] image, final float factor) {
        for (int i = 0; i < image.length; i++) {
            image[i] *= factor;
        }
    }
}
