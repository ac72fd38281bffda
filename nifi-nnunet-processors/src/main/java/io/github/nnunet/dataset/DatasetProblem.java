/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.FaultCategory;

import java.util.Locale;

/** What {@link DatasetCheck} looks for. */
public enum DatasetProblem {
    /** dataset.json, or the folder without one, does not describe a dataset. */
    DESCRIPTION(FaultCategory.UNREADABLE, true),
    /** A file that the dataset names is not there. */
    MISSING(FaultCategory.UNREADABLE, true),
    /** A file is damaged, cut off, of another format, larger than memory, or may not be read. */
    UNREADABLE(FaultCategory.UNREADABLE, true),
    /** A spacing is not positive, or the place in space is not a number. */
    SPACING(FaultCategory.GEOMETRY, true),
    /** The image files of a case, or its label, have different numbers of voxels. */
    SHAPE(FaultCategory.GEOMETRY, true),
    /** They have the same shape and lie at different places in space. */
    PLACE(FaultCategory.GEOMETRY, true),
    /** A case has other channels than the dataset. */
    CHANNELS(FaultCategory.UNSUPPORTED, true),
    /** Voxels that are NaN or infinite. */
    NOT_FINITE(FaultCategory.UNREADABLE, true),
    /** An image is zero everywhere, so that nothing is left of it when it is cropped. */
    EMPTY(FaultCategory.UNREADABLE, true),
    /** A label has several volumes, or values that are no class of the dataset. */
    LABEL(FaultCategory.LABEL, true),
    /** Two image files have the same voxels. */
    DUPLICATE(FaultCategory.UNREADABLE, true),
    /** Some labels lack a class, which may well be so. */
    CLASS_MISSING(FaultCategory.LABEL, false),
    /** No label at all has a class, so that it cannot be learned. */
    CLASS_NOWHERE(FaultCategory.LABEL, false);

    private final FaultCategory category;
    private final boolean isError;

    DatasetProblem(final FaultCategory category, final boolean isError) {
        this.category = category;
        this.isError = isError;
    }

    public FaultCategory category() {
        return category;
    }

    /** @return false for what a person should know of and training can live with */
    public boolean isError() {
        return isError;
    }

    /** @return the name for people and JSON: lower case, words apart */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
