/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.volume.Shape;

/** Whether a patch can be halved as often as a U-Net does: its decoder doubles feature maps and joins them with those before. */
final class PatchFit {
    private static final int AXES = 3;

    private PatchFit() {
    }

    /**
     * @param patch in voxels; a 2D network does not look at its depth
     * @throws IllegalArgumentException if an axis is no multiple of what it is shrunk by, or a single voxel is left to normalize
     */
    static void require(final UNetTopology topology, final Shape patch) {
        final int[] reduction = topology.reduction();
        long left = 1;
        for (int i = 0; i < reduction.length; i++) {
            final int size = patch.size(AXES - reduction.length + i);
            if (size % reduction[i] != 0) {
                throw new IllegalArgumentException(
                        "A patch of %s voxels is shrunk by %d along an axis of %d, which is no multiple of it: lower Depth, raise Minimum Feature Map, or plan a patch that is"
                                .formatted(patch, reduction[i], size));
            }

            left *= size / reduction[i];
        }

        if (left == 1 && topology.normalization() == Normalization.INSTANCE) {
            throw new IllegalArgumentException(
                    "A patch of %s voxels is shrunk to a single voxel, which instance normalization makes 0: lower Depth, raise Minimum Feature Map, or choose another Normalization"
                            .formatted(patch));
        }
    }
}
