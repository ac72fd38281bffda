/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What counts as foreground when the empty border of a scan is cut away. */
enum ForegroundChoice implements DescribedValue {
    ABOVE_ZERO("above zero", "Above Zero", "A voxel is foreground if any channel is greater than 0, as in the reference."),
    NOT_ZERO("not zero", "Not Zero", "A voxel is foreground if any channel differs from 0: for scans with negative values, such as CT in Hounsfield units.");

    private final String value;
    private final String displayName;
    private final String description;

    ForegroundChoice(final String value, final String displayName, final String description) {
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
