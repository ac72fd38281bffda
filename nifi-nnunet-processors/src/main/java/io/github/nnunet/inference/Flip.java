/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import java.util.ArrayList;
import java.util.List;

/** Along which axes a volume is mirrored. */
record Flip(boolean z, boolean y, boolean x) {
    static final Flip NONE = new Flip(false, false, false);

    /** @return every combination, none first: of height and width in 2D (4), of all axes in 3D (8) */
    static List<Flip> all(final int dimensions) {
        final List<Flip> flips = new ArrayList<>();
        final int combinations = 1 << dimensions;
        for (int bits = 0; bits < combinations; bits++) {
            flips.add(new Flip((bits & 4) != 0, (bits & 2) != 0, (bits & 1) != 0));
        }

        return flips;
    }

    /** @return where the voxel at {@code position} of a mirrored axis comes from; positions outside map to positions outside */
    static int source(final boolean mirrored, final int position, final int size) {
        return mirrored ? size - 1 - position : position;
    }
}
