/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** How training patches are varied. */
enum AugmentationChoice implements DescribedValue {
    FULL("full", "Full", "Zoom, flips, noise, blur, brightness and contrast, as in the reference."),
    FLIPS("flips", "Flips", "Only flips along each axis."),
    NONE("none", "None", "Patches are taken as they are.");

    private final String value;
    private final String displayName;
    private final String description;

    AugmentationChoice(final String value, final String displayName, final String description) {
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
