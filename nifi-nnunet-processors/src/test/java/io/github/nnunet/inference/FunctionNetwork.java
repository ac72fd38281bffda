/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;

import java.util.function.BiFunction;

/** A network that is a function, for tests. */
record FunctionNetwork(int dimensions, int inputChannels, int outputChannels, BiFunction<NDManager, NDArray, NDArray> function) implements SegmentationNetwork {

    /** @return a network that gives its input */
    static FunctionNetwork identity(final int dimensions, final int channels) {
        return new FunctionNetwork(dimensions, channels, channels, (manager, batch) -> batch);
    }

    @Override
    public ComputeDevice device() {
        return ComputeDevice.CPU;
    }

    @Override
    public NDArray forward(final NDManager results, final NDArray batch) {
        return function.apply(results, batch);
    }

    @Override
    public void close() {
    }
}
