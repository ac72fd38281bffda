/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

/** When a patch is a stack of slices rather than a block. */
final class Slices {
    private static final int THICK = 3;

    private Slices() {
    }

    /** As nnU-Net tells it: the patch has fewer than a third as many voxels along z as along its longest axis. A single slice is one too. */
    static boolean areThick(final Shape patch) {
        return Math.max(patch.height(), patch.width()) > THICK * patch.depth();
    }
}
