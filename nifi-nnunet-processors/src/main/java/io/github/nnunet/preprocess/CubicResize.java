/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/** Cubic B-spline resize. */
public final class CubicResize {
    private CubicResize() {
    }

    public static float[] resize(final float[] source, final Shape from, final Shape to) {
        throw new UnsupportedOperationException();
    }
}
