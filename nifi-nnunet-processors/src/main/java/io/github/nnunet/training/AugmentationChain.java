/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.List;
import java.util.random.RandomGenerator;

/** Augmentations one after another: the reference's, then nnU-Net's own. */
final class AugmentationChain implements Augmentation {
    private final List<Augmentation> augmentations;

    AugmentationChain(final AugmentationSettings settings) {
        augmentations = List.of(
                new ZoomAugmentation(settings.zoom()),
                new FlipAugmentation(settings.flip()),
                new NoiseAugmentation(settings.noise()),
                new BlurAugmentation(settings.blur()),
                new BrightnessAugmentation(settings.brightness()),
                new ContrastAugmentation(settings.contrast()),
                new LowResolutionAugmentation(settings.lowResolution()),
                new GammaAugmentation(settings.invertedGamma(), true),
                new GammaAugmentation(settings.gamma(), false));
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        for (final Augmentation augmentation : augmentations) {
            augmentation.apply(patch, random);
        }
    }
}
