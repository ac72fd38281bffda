/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

/**
 * What can be said about a predicted class against its reference. Undefined values are NaN, distances to nothing are
 * infinite; both become null in JSON.
 */
public enum Measure {
    /** 2 |P and R| / (|P| + |R|), a fraction; where the reference is empty, 1 if the prediction is empty too, else 0. */
    DICE("dice"),
    /** 95th percentile of the distances between the surfaces in mm, the larger of the two directions. */
    HAUSDORFF_95("hd95"),
    /** The part of both surfaces that is within the tolerance (1 mm unless said) of the other, a fraction. */
    SURFACE_DICE("surface_dice"),
    /** The part of the reference's voxels that is predicted. */
    SENSITIVITY("sensitivity"),
    /** The part of the voxels outside the reference that is not predicted. */
    SPECIFICITY("specificity"),
    /** The part of the predicted voxels that is in the reference. */
    PRECISION("precision"),
    /** Volume of the prediction in ml. */
    PREDICTED_MILLILITRES("volume_ml"),
    /** Volume of the reference in ml. */
    REFERENCE_MILLILITRES("reference_volume_ml");

    private final String key;

    Measure(final String key) {
        this.key = key;
    }

    /** @return the name in JSON and CSV */
    public String key() {
        return key;
    }
}
