/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * A network in training: weights and optimizer state on a device, changed in place by {@link #step}. One thread at a time.
 */
public final class TrainingNetwork implements AutoCloseable {

    private TrainingNetwork() {
    }

    /**
     * @param weights      to start from
     * @param gradientNorm gradients are scaled down to this norm over all parameters; 0 for no limit
     */
    public static TrainingNetwork open(final TorchEngine engine, final ComputeDevice device, final UNetTopology topology, final NetworkWeights weights,
                                       final LossSource loss, final OptimizerSource optimizer, final double gradientNorm) {
        throw new UnsupportedOperationException("soon");
    }

    /** @return a manager on the network's device for the tensors of one step; the caller closes it */
    public NDManager newManager() {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * One step: forward, loss, gradients, update.
     *
     * @param batch        float32 [n][channel][z][y][x], in 2D [n][channel][y][x]
     * @param target       handed to the loss
     * @param learningRate of this step
     * @return the loss before the update; if it is not finite, nothing was changed
     */
    public double step(final NDArray batch, final NDArray target, final double learningRate) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * The loss and its gradients, changing nothing (batch normalization's running averages excepted).
     *
     * @return the loss, then the gradient of each parameter in the weights' order
     */
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target) {
        throw new UnsupportedOperationException("soon");
    }

    /** @return the loss of a batch, changing nothing */
    public double loss(final NDArray batch, final NDArray target) {
        throw new UnsupportedOperationException("soon");
    }

    /** @return logits as the loss sees them: the full resolution, then the heads enlarged to it; as in training */
    public NDList outputs(final NDManager results, final NDArray batch) {
        throw new UnsupportedOperationException("soon");
    }

    /** @return the network as it predicts, with the weights of this moment and every later one; closing it frees only its script */
    public SegmentationNetwork predictor() {
        throw new UnsupportedOperationException("soon");
    }

    /** @return a copy of the weights */
    public NetworkWeights weights() {
        throw new UnsupportedOperationException("soon");
    }

    public void restoreWeights(final NetworkWeights weights) {
        throw new UnsupportedOperationException("soon");
    }

    public OptimizerState optimizerState() {
        throw new UnsupportedOperationException("soon");
    }

    public void restoreOptimizer(final OptimizerState state) {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("soon");
    }
}
