/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.volume.Shape;

import java.util.function.BooleanSupplier;

public final class SlidingWindow {

    private SlidingWindow() {
    }

    public static float[][] predict(final SegmentationNetwork network, final NDManager manager, final float[][] channels, final Shape shape,
                                    final WindowSettings settings) throws CaseException {
        return predict(network, manager, channels, shape, settings, () -> false, WindowProgress.NONE);
    }

    public static float[][] predict(final SegmentationNetwork network, final NDManager manager, final float[][] channels, final Shape shape,
                                    final WindowSettings settings, final BooleanSupplier cancelled, final WindowProgress progress) throws CaseException {
        throw new UnsupportedOperationException("in the next commit");
    }
}
