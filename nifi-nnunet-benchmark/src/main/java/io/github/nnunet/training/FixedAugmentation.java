/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/**
 * Every augmentation of the reference, one after the other, by fixed amounts: what the unluckiest patch costs. Noise is drawn and
 * added with a weight of 0, so that results can be compared.
 */
public final class FixedAugmentation {
    private static final double ZOOM = 0.8;
    private static final double BLUR = 1;
    private static final float BRIGHTNESS = 1.2f;
    private static final float CONTRAST = 1.3f;

    private FixedAugmentation() {
    }

    /**
     * @param image [channel][z][y][x], changed
     * @param label [z][y][x], changed
     */
    public static void apply(final Shape shape, final int channels, final float[] image, final byte[] label, final RandomGenerator random) {
        final Patch patch = new Patch(shape, channels, image, label);
        ZoomAugmentation.zoom(patch, ZOOM);
        for (int axis = 0; axis < 3; axis++) {
            FlipAugmentation.mirror(patch, axis);
        }

        NoiseAugmentation.add(patch.image(), 0, random);
        BlurAugmentation.blur(patch, BLUR);
        BrightnessAugmentation.scale(patch.image(), BRIGHTNESS);
        ContrastAugmentation.stretch(patch.image(), CONTRAST);
    }
}
