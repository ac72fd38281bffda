/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Planning;
import org.apache.nifi.components.DescribedValue;

/** By whose rules a dataset is planned that is not in the task catalogue. */
enum PlanningChoice implements DescribedValue {
    REFERENCE("reference", "NVIDIA's", "The median spacing and a patch that fits the median case; training derives the layers of the network.", Planning.REFERENCE),
    NNUNET("nnunet", "nnU-Net's", "Spacing, patch, kernels, strides and batch size as nnU-Net v2 plans them for a GPU. All images are read once.", Planning.NNUNET);

    private final String value;
    private final String displayName;
    private final String description;
    private final Planning rules;

    PlanningChoice(final String value, final String displayName, final String description, final Planning rules) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
        this.rules = rules;
    }

    Planning rules() {
        return rules;
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
