/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.random.RandomGenerator;

/**
 * Raises the intensities of each channel, scaled to 0..1, to a power from 0.7 to 1.5, below 1 as often as above, and gives the
 * channel its mean and standard deviation back. Inverted, the dark end is treated as the bright one. As nnU-Net's.
 */
final class GammaAugmentation implements Augmentation {
    private static final double LOWEST = 0.7;
    private static final double HIGHEST = 1.5;
    private static final double SMALLEST_RANGE = 1e-7;
    private static final double SMALLEST_DEVIATION = 1e-8;

    private final double probability;
    private final boolean isInverted;

    GammaAugmentation(final double probability, final boolean isInverted) {
        this.probability = probability;
        this.isInverted = isInverted;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (probability > 0 && random.nextDouble() < probability) {
            final int voxels = patch.shape().voxels();
            for (int channel = 0; channel < patch.channels(); channel++) {
                final double exponent = random.nextBoolean() ? random.nextDouble(LOWEST, 1) : random.nextDouble(1, HIGHEST);
                raise(patch.image(), channel * voxels, (channel + 1) * voxels, exponent, isInverted);
            }
        }
    }

    static void raise(final float[] image, final int start, final int end, final double exponent, final boolean isInverted) {
        final float sign = isInverted ? -1 : 1;
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = start; i < end; i++) {
            lowest = Math.min(lowest, sign * image[i]);
            highest = Math.max(highest, sign * image[i]);
        }

        final double mean = mean(image, start, end);
        final double deviation = deviation(image, start, end, mean);
        final double range = (double) highest - lowest + SMALLEST_RANGE;
        for (int i = start; i < end; i++) {
            image[i] = (float) (sign * (Math.pow((sign * image[i] - lowest) / range, exponent) * range + lowest));
        }

        final double newMean = mean(image, start, end);
        final double scale = deviation / (deviation(image, start, end, newMean) + SMALLEST_DEVIATION);
        for (int i = start; i < end; i++) {
            image[i] = (float) ((image[i] - newMean) * scale + mean);
        }
    }

    private static double mean(final float[] image, final int start, final int end) {
        double sum = 0;
        for (int i = start; i < end; i++) {
            sum += image[i];
        }

        return sum / (end - start);
    }

    private static double deviation(final float[] image, final int start, final int end, final double mean) {
        double sum = 0;
        for (int i = start; i < end; i++) {
            final double distance = image[i] - mean;
            sum += distance * distance;
        }

        return Math.sqrt(sum / (end - start));
    }
}
