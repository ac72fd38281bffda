/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** The networks that can be trained. */
enum ArchitectureChoice implements DescribedValue {
    UNET("unet", "U-Net", "Convolutions only; its levels are fitted to the plan's patch and spacing."),
    UNETR("unetr", "UNETR", "A transformer over cubes of 16 voxels an edge, with a convolutional decoder. 3D only; the patch is a multiple of 16 along every axis.");

    private final String value;
    private final String displayName;
    private final String description;

    ArchitectureChoice(final String value, final String displayName, final String description) {
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
