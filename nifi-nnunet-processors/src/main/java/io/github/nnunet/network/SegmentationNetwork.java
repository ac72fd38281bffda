/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A network ready to predict on a device. Several threads may call it at once. */
public interface SegmentationNetwork extends AutoCloseable {

    int inputChannels();

    int outputChannels();

    /** @return 2 or 3 */
    int dimensions();

    ComputeDevice device();

    /**
     * @param results manager of the result, on the network's device; close it when the result is no longer needed
     * @param batch   float32 [n][channel][z][y][x], in 2D [n][channel][y][x], on the network's device; not changed
     * @return logits, float32 [n][class][z][y][x] or [n][class][y][x], of the batch's size
     * @throws ai.djl.engine.EngineException if libtorch fails, out of memory included
     */
    NDArray forward(NDManager results, NDArray batch);

    /** Frees the weights. */
    @Override
    void close();
}
