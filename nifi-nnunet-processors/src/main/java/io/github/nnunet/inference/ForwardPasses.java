/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;

import java.nio.ByteBuffer;

/** Passes of whole batches through a network, whose results nobody keeps. */
public final class ForwardPasses {
    private final TorchEngine engine;
    private final SegmentationNetwork network;
    private final long[] sizes;

    /**
     * @param plan      with the patch
     * @param batchSize patches in a pass
     */
    public ForwardPasses(final TorchEngine engine, final SegmentationNetwork network, final Plan plan, final int batchSize) {
        this.engine = engine;
        this.network = network;
        this.sizes = network.dimensions() == 2
                ? new long[] {batchSize, network.inputChannels(), plan.patch().height(), plan.patch().width()}
                : new long[] {batchSize, network.inputChannels(), plan.patch().depth(), plan.patch().height(), plan.patch().width()};
    }

    /**
     * Ends when the device has computed the pass.
     *
     * @param images float32 [patch][channel][z][y][x], direct, in native byte order
     * @return the first logit
     */
    public double pass(final ByteBuffer images) {
        try (NDManager work = engine.newManager(network.device())) {
            final NDArray logits = network.forward(work, WindowTensor.of(work, images.duplicate().order(images.order()).rewind(), sizes));
            return logits.flatten().get(0).getFloat();
        }
    }
}
