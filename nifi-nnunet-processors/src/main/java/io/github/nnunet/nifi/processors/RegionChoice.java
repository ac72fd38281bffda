/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What is scored as one. */
enum RegionChoice implements DescribedValue {
    CLASSES("classes", "Classes", "Each class of the plan but the background."),
    BRATS("brats", "BraTS Regions", "Whole tumour (WT: labels 1, 2, 3), tumour core (TC: 1, 3) and enhancing tumour (ET: 3). The label 4 of published BraTS files counts as 3.");

    private final String value;
    private final String displayName;
    private final String description;

    RegionChoice(final String value, final String displayName, final String description) {
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
