/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * The probability of each augmentation of a training patch, in the order in which they are applied, but for the rotation, which
 * comes first. Flips are tossed for each axis apart.
 *
 * @param zoom       a part of the patch enlarged to the whole
 * @param flip       mirrored along an axis
 * @param noise      Gaussian noise
 * @param blur       Gaussian blur
 * @param brightness multiplied by a factor
 * @param contrast   stretched about zero and clamped to the patch's own range
 * @param lowResolution shrunk and enlarged again
 * @param invertedGamma a power of the intensities, counted from the bright end
 * @param gamma      a power of the intensities
 * @param rotation   cut from the scan along turned axes
 */
public record AugmentationSettings(double zoom, double flip, double noise, double blur, double brightness, double contrast,
                                   double lowResolution, double invertedGamma, double gamma, double rotation) {

    public AugmentationSettings {
        Requirement.share("probability of zoom", zoom);
        Requirement.share("probability of flips", flip);
        Requirement.share("probability of noise", noise);
        Requirement.share("probability of blur", blur);
        Requirement.share("probability of brightness", brightness);
        Requirement.share("probability of contrast", contrast);
        Requirement.share("probability of low resolution", lowResolution);
        Requirement.share("probability of inverted gamma", invertedGamma);
        Requirement.share("probability of gamma", gamma);
        Requirement.share("probability of rotation", rotation);
    }

    /** Those of the reference alone. */
    public AugmentationSettings(final double zoom, final double flip, final double noise, final double blur, final double brightness, final double contrast) {
        this(zoom, flip, noise, blur, brightness, contrast, 0, 0, 0, 0);
    }

    /** @return these, and nnU-Net's rotation with its probability there */
    public AugmentationSettings withRotation() {
        return new AugmentationSettings(zoom, flip, noise, blur, brightness, contrast, lowResolution, invertedGamma, gamma, 0.2);
    }

    /** @return these, and nnU-Net's powers of intensities with their probabilities there */
    public AugmentationSettings withGamma() {
        return new AugmentationSettings(zoom, flip, noise, blur, brightness, contrast, lowResolution, 0.1, 0.3, rotation);
    }

    /** @return these, and nnU-Net's simulation of low resolution with its probability there */
    public AugmentationSettings withLowResolution() {
        return new AugmentationSettings(zoom, flip, noise, blur, brightness, contrast, 0.25, invertedGamma, gamma, rotation);
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
