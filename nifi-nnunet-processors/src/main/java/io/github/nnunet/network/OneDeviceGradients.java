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
 * The whole batch on one device.
 *
 * @param replica the network there
 */
record OneDeviceGradients(TrainingReplica replica) implements GradientComputation {

    @Override
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target, final double scale) {
        return replica.gradients(results, batch, target, scale);
    }

    @Override
    public void close() {
        // The replica is its owner's.
    }
}
