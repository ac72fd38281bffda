/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Which cases of a dataset are listed. */
enum SplitChoice implements DescribedValue {
    LABELLED("labelled", "Labelled", "All cases that have a label, each with the fold that it validates: what a training flow needs."),
    TRAINING("training", "Training", "The labelled cases that the chosen fold trains on."),
    VALIDATION("validation", "Validation", "The labelled cases that the chosen fold validates on."),
    TEST("test", "Test", "The cases that the dataset gives without a label.");

    private final String value;
    private final String displayName;
    private final String description;

    SplitChoice(final String value, final String displayName, final String description) {
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
