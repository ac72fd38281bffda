/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.random.RandomGenerator;

/** Multiplies all intensities by one factor from 0.65 to 1.5, and clamps them to the range that the patch had before. */
final class ContrastAugmentation implements Augmentation {
    private static final double LOWEST = 0.65;
    private static final double HIGHEST = 1.5;

    private final double probability;

    ContrastAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (random.nextDouble() < probability) {
            stretch(patch.image(), (float) random.nextDouble(LOWEST, HIGHEST));
        }
    }

    static void stretch(final float[] image, final float factor) {
        float darkest = Float.POSITIVE_INFINITY;
        float brightest = Float.NEGATIVE_INFINITY;
        for (final float value : image) {
            darkest = Math.min(darkest, value);
            brightest = Math.max(brightest, value);
        }

        for (int i = 0; i < image.length; i++) {
            image[i] = Math.max(darkest, Math.min(brightest, image[i] * factor));
        }
    }
}
