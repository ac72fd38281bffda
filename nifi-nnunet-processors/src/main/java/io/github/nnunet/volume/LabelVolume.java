/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

/**
 * A label map and the grid it is on.
 *
 * @param voxels   unsigned class values [z*y*x], not copied
 * @param geometry the grid
 */
public record LabelVolume(byte[] voxels, Geometry geometry) {

    public LabelVolume {
        if (voxels.length != geometry.shape().voxels()) {
            throw new IllegalArgumentException("%d values for a grid of %s voxels".formatted(voxels.length, geometry.shape()));
        }
    }
}
