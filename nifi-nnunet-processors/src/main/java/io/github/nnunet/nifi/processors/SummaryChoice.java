/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Which cases are summed up together. */
enum SummaryChoice implements DescribedValue {
    TRAINING("training", "All Folds Of A Training", "Cases that models of one training predicted, a model a fold, are summed up together: "
            + "when a fold is complete, the summary has its cases and those of the folds before. All others are summed up listing by listing."),
    LISTING("listing", "Each Listing", "Every listing is summed up alone.");

    private final String value;
    private final String displayName;
    private final String description;

    SummaryChoice(final String value, final String displayName, final String description) {
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
