/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

/** Which of the 26 voxels around a voxel are connected to it. */
public enum Connectivity {
    /** The 6 that share a face. */
    FACES(6),
    /** The 18 that share a face or an edge. */
    EDGES(18),
    /** All 26, those that share a corner too; what nnU-Net version 2 takes. */
    CORNERS(26);

    private final int neighbours;

    Connectivity(final int neighbours) {
        this.neighbours = neighbours;
    }

    /** @return how many voxels around a voxel are connected to it */
    public int neighbours() {
        return neighbours;
    }

    /**
     * @param rowDistance how far two neighbouring rows of voxels lie apart: 1 if they share a face, 2 if an edge
     * @return by how many voxels along x a neighbour in that row may be shifted; negative if there is none
     */
    int reach(final int rowDistance) {
        return switch (this) {
            case FACES -> 1 - rowDistance;
            case EDGES -> 2 - rowDistance;
            case CORNERS -> 1;
        };
    }
}
