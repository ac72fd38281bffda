/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** How overlapping windows are weighed. */
enum BlendChoice implements DescribedValue {
    GAUSSIAN("gaussian", "Gaussian", "The middle of a window counts more than its border."),
    CONSTANT("constant", "Constant", "Every voxel of a window counts the same.");

    private final String value;
    private final String displayName;
    private final String description;

    BlendChoice(final String value, final String displayName, final String description) {
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
