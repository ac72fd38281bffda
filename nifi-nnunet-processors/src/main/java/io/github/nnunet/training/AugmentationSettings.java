/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * The probability of each augmentation of a training patch, in the order in which they are applied. Flips are tossed
 * for each axis apart.
 *
 * @param zoom       a part of the patch enlarged to the whole
 * @param flip       mirrored along an axis
 * @param noise      Gaussian noise
 * @param blur       Gaussian blur
 * @param brightness multiplied by a factor
 * @param contrast   stretched about zero and clamped to the patch's own range
 */
public record AugmentationSettings(double zoom, double flip, double noise, double blur, double brightness, double contrast) {

    public AugmentationSettings {
        Requirement.share("probability of zoom", zoom);
        Requirement.share("probability of flips", flip);
        Requirement.share("probability of noise", noise);
        Requirement.share("probability of blur", blur);
        Requirement.share("probability of brightness", brightness);
        Requirement.share("probability of contrast", contrast);
    }

    /** @return the reference's probabilities */
    public static AugmentationSettings defaults() {
        return new AugmentationSettings(0.15, 0.5, 0.15, 0.15, 0.15, 0.15);
    }

    /** @return only the flips */
    public static AugmentationSettings flipsOnly() {
        return new AugmentationSettings(0, 0.5, 0, 0, 0, 0);
    }

    /** @return patches as they are */
    public static AugmentationSettings none() {
        return new AugmentationSettings(0, 0, 0, 0, 0, 0);
    }
}
