/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv3d;

/** How fast a device convolves: a figure to see at a glance whether it works, and on what. */
public final class ConvolutionSpeed {
    private static final int CHANNELS = 32;
    private static final int SIZE = 32;
    private static final int KERNEL = 3;
    private static final int ROUNDS = 5;

    private ConvolutionSpeed() {
    }

    /**
     * Convolves a block of 32 channels and 32^3 voxels with 3^3 kernels a few times: 1.8 GFLOP each.
     *
     * @return GFLOP a second of the fastest round
     */
    public static double measure(final TorchEngine engine, final ComputeDevice device) {
        final double operations = 2.0 * CHANNELS * CHANNELS * KERNEL * KERNEL * KERNEL * SIZE * SIZE * SIZE;
        try (NDManager manager = engine.newManager(device)) {
            final NDArray block = manager.ones(new Shape(1, CHANNELS, SIZE, SIZE, SIZE), DataType.FLOAT32);
            final NDArray weights = manager.ones(new Shape(CHANNELS, CHANNELS, KERNEL, KERNEL, KERNEL), DataType.FLOAT32);
            double fastest = Double.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                fastest = Math.min(fastest, seconds(block, weights));
            }

            return operations / fastest / 1e9;
        }
    }

    /** Reading a number back makes a GPU finish. */
    private static double seconds(final NDArray block, final NDArray weights) {
        final long start = System.nanoTime();
        final Shape one = new Shape(1, 1, 1);
        try (NDArray result = Conv3d.conv3d(block, weights, null, one, one, one).get(0);
             NDArray mean = result.mean()) {
            mean.getFloat();
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
