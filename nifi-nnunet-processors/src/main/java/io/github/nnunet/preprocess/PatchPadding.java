/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

/** Pads a case to the patch size. */
public final class PatchPadding {
    private PatchPadding() {
    }

    /**
     * @param patch      the network's input size [z][y][x]; its depth does not matter in 2D
     * @param dimensions 2 or 3
     */
    public static ScanCase apply(final ScanCase scanCase, final Shape patch, final int dimensions) throws CaseException {
        throw new UnsupportedOperationException();
    }
}
