/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What a benchmark times. */
enum BenchmarkModeChoice implements DescribedValue {
    TRAIN("train", "Train", "Steps of a training."),
    PREDICT("predict", "Predict", "Forward passes.");

    private final String value;
    private final String displayName;
    private final String description;

    BenchmarkModeChoice(final String value, final String displayName, final String description) {
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
