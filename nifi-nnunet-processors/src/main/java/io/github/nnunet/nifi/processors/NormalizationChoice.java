/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What normalises the activations of a network. */
enum NormalizationChoice implements DescribedValue {
    INSTANCE("instance", "Instance", "Each channel of each patch by itself."),
    BATCH("batch", "Batch", "Each channel over the batch; predictions use running averages. It wants more than a few patches in a batch."),
    GROUP("group", "Group", "Groups of channels of each patch: 16 groups, or as many below that as divide the channels.");

    private final String value;
    private final String displayName;
    private final String description;

    NormalizationChoice(final String value, final String displayName, final String description) {
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
