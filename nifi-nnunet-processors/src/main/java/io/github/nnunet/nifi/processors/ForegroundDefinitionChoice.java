/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Which voxels the foreground channel marks. */
enum ForegroundDefinitionChoice implements DescribedValue {
    ABOVE_ZERO("above zero", "Above Zero in the Scan", "Voxels that are greater than 0 in every channel before normalisation, as the reference documents."),
    ABOVE_MEAN("above mean", "Above Mean", "Voxels that are greater than 0 in every channel after normalisation, which is then done once more, as the reference's code does.");

    private final String value;
    private final String displayName;
    private final String description;

    ForegroundDefinitionChoice(final String value, final String displayName, final String description) {
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
