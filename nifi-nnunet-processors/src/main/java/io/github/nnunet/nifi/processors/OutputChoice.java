/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What the outputs of a network stand for. */
enum OutputChoice implements DescribedValue {
    MODEL("model", "As the Model Says", "Regions if the model file says that it was trained on them, one region if it has one output, else the classes of the plan."),
    CLASSES("classes", "Classes", "One output a class of the plan, the background first; softmax."),
    BRATS("brats", "BraTS Regions", "Three outputs: whole tumour, tumour core, enhancing tumour; a sigmoid each.");

    private final String value;
    private final String displayName;
    private final String description;

    OutputChoice(final String value, final String displayName, final String description) {
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
