/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Of what only the largest connected component stays in a segmentation. */
enum ComponentChoice implements DescribedValue {
    NONE("none", "None", "The segmentation stays as it is predicted."),
    FOREGROUND("foreground", "Foreground", "The largest component of all classes together stays."),
    CLASSES("classes", "Each Class", "The largest component of each class stays."),
    MODEL("model", "As the Model Says", "What postprocessing.json beside the model file says, or the model file itself; if neither does, the segmentation stays as it is.");

    private final String value;
    private final String displayName;
    private final String description;

    ComponentChoice(final String value, final String displayName, final String description) {
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
