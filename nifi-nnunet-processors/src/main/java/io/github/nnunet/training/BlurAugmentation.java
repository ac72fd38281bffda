/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/**
 * Blurs the image with a Gaussian of standard deviation 0.5 to 1.5 voxels, cut at 3 deviations; beyond the patch it is
 * mirrored about its outermost voxels. In 2D the slice is blurred in its plane.
 */
final class BlurAugmentation implements Augmentation {
    private static final double LOWEST = 0.5;
    private static final double HIGHEST = 1.5;
    private static final double REACH = 3;

    private final double probability;

    BlurAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        if (random.nextDouble() < probability) {
            blur(patch, random.nextDouble(LOWEST, HIGHEST));
        }
    }

    static void blur(final Patch patch, final double deviation) {
        final Shape shape = patch.shape();
        float[] image = patch.image();
        for (int axis = 0; axis < 3; axis++) {
            if (shape.size(axis) > 1) {
                image = gaussian(deviation, shape.size(axis)).apply(image, patch.channels(), shape, axis);
            }
        }

        System.arraycopy(image, 0, patch.image(), 0, image.length);
    }

    private static AxisFilter gaussian(final double deviation, final int size) {
        final int reach = (int) Math.ceil(REACH * deviation);
        final int taps = 2 * reach + 1;
        final double[] kernel = new double[taps];
        double sum = 0;
        for (int tap = 0; tap < taps; tap++) {
            final double distance = (tap - reach) / deviation;
            kernel[tap] = Math.exp(-distance * distance / 2);
            sum += kernel[tap];
        }

        final int[] positions = new int[size * taps];
        final float[] weights = new float[size * taps];
        for (int output = 0; output < size; output++) {
            for (int tap = 0; tap < taps; tap++) {
                positions[output * taps + tap] = mirrored(output + tap - reach, size);
                weights[output * taps + tap] = (float) (kernel[tap] / sum);
            }
        }

        return new AxisFilter(positions, weights, taps);
    }

    private static int mirrored(final int position, final int size) {
        final int period = 2 * (size - 1);
        final int within = Math.floorMod(position, period);
        return within < size ? within : period - within;
    }
}
