/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/** Nearest neighbour resize. */
public final class NearestResize {
    private NearestResize() {
    }

    public static float[] resize(final float[] source, final Shape from, final Shape to) {
        throw new UnsupportedOperationException();
    }

    public static byte[] resize(final byte[] source, final Shape from, final Shape to) {
        throw new UnsupportedOperationException();
    }
}
