/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.inference.Connectivity;
import org.apache.nifi.components.DescribedValue;

/** Which voxels are connected. */
enum ConnectivityChoice implements DescribedValue {
    FACES("6", "6 Neighbours", "Voxels that share a face."),
    EDGES("18", "18 Neighbours", "Voxels that share a face or an edge."),
    CORNERS("26", "26 Neighbours", "Voxels that share a face, an edge or a corner, as in nnU-Net version 2.");

    private final String value;
    private final String displayName;
    private final String description;

    ConnectivityChoice(final String value, final String displayName, final String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    Connectivity connectivity() {
        return switch (this) {
            case FACES -> Connectivity.FACES;
            case EDGES -> Connectivity.EDGES;
            case CORNERS -> Connectivity.CORNERS;
        };
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
