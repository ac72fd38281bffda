/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.training.ValidationGrid;
import org.apache.nifi.components.DescribedValue;

/** On which voxels an epoch's network is scored. */
enum ValidationGridChoice implements DescribedValue {
    PREPARED("prepared", "Prepared", "On the voxels of the prepared case, with its resampled label.", ValidationGrid.PREPARED),
    ORIGINAL("original", "Original", "On the voxels of the scan, with the label as it was before preparation: logits are interpolated linearly to them. Takes longer where cases are resampled.",
            ValidationGrid.ORIGINAL);

    private final String value;
    private final String displayName;
    private final String description;
    private final ValidationGrid grid;

    ValidationGridChoice(final String value, final String displayName, final String description, final ValidationGrid grid) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
        this.grid = grid;
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

    ValidationGrid grid() {
        return grid;
    }
}
