/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** How intensities are normalised. */
enum SchemeChoice implements DescribedValue {
    PLANNED("planned", "As Planned", "By the modality in the attribute nnunet.plan.modality."),
    MRI("mri", "MRI", "Each channel by the mean and deviation of its own non-zero voxels; zeros stay zero."),
    CT("ct", "CT", "Clipped to CT Minimum and CT Maximum, then by CT Mean and CT Standard Deviation.");

    private final String value;
    private final String displayName;
    private final String description;

    SchemeChoice(final String value, final String displayName, final String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
