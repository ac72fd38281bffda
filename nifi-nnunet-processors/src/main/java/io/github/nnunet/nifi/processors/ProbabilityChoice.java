/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Whether class probabilities are sent beside the segmentation. */
enum ProbabilityChoice implements DescribedValue {
    NONE("none", "None", "Only the segmentation is made."),
    FLOAT32("float32", "32-bit NIfTI", "A 4D NIfTI file with one float32 volume a class, in the scan's own grid."),
    FLOAT16("float16", "16-bit NumPy", "A .npy file of float16, [class][z][y][x], in the scan's own grid: half the size.");

    private final String value;
    private final String displayName;
    private final String description;

    ProbabilityChoice(final String value, final String displayName, final String description) {
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
