/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** How the learning rate changes over the training. */
enum SchedulerChoice implements DescribedValue {
    CONSTANT("constant", "Constant", "It stays as it is."),
    COSINE("cosine", "Cosine", "It rises over the warm-up steps and then falls to zero along a cosine.");

    private final String value;
    private final String displayName;
    private final String description;

    SchedulerChoice(final String value, final String displayName, final String description) {
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
