/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.volume.Spacing;

/** How much surface each kind of neighbourhood has, to be handed to another program that scores the same. */
public final class SurfaceTable {
    private SurfaceTable() {
    }

    /** @return area in square mm of the 256 kinds */
    public static double[] areas(final Spacing spacing) {
        return SurfaceElements.areas(spacing);
    }
}
