/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What the outputs of a network are trained to tell. */
enum TrainingOutputChoice implements DescribedValue {
    CLASSES("classes", "Classes", "One output a class of the plan, the background first; softmax."),
    BRATS("brats", "BraTS Regions", "Whole tumour (WT: labels 1, 2, 3), tumour core (TC: 1, 3) and enhancing tumour (ET: 3), a sigmoid each."),
    FOREGROUND("foreground", "Foreground", "A single output that tells structure from background, whatever the class; a sigmoid.");

    private final String value;
    private final String displayName;
    private final String description;

    TrainingOutputChoice(final String value, final String displayName, final String description) {
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
