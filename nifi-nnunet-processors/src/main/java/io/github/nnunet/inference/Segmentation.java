/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Geometry;

import java.util.Objects;
import java.util.Optional;

/**
 * A prediction on the grid of the scan itself.
 *
 * @param geometry      the scan's grid
 * @param label         class values, unsigned bytes [z*y*x], not a copy
 * @param probabilities [output][z*y*x] where they were asked for, not copies
 */
public record Segmentation(Geometry geometry, byte[] label, Optional<float[][]> probabilities) {

    public Segmentation {
        Objects.requireNonNull(probabilities, "probabilities");
        if (label.length != geometry.shape().voxels()) {
            throw new IllegalArgumentException("A label of %d voxels for a grid of %s".formatted(label.length, geometry.shape()));
        }
    }
}
