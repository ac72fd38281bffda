/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import java.util.List;
import java.util.Random;

/** Networks of a few channels, for tests of what does not depend on their size. */
final class SmallNetworks {

    static final LossSource MEAN_SQUARE = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              return torch.mean(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target)))
            """;

    private SmallNetworks() {
    }

    /** @return a network with three levels and two outputs */
    static UNetTopology inThreeDimensions(final Normalization normalization, final int inputs) {
        final List<Integer> three = List.of(3, 3, 3);
        final List<Integer> two = List.of(2, 2, 2);
        return new UNetTopology(3, inputs, 2, List.of(three, three, three), List.of(List.of(1, 1, 1), two, two), List.of(4, 6, 8), normalization, 2, 0.01, false, 0);
    }

    static NetworkWeights weights(final NetworkTopology topology) {
        return NetworkWeights.initial(topology, new Random(3));
    }

    static NDArray noise(final NDManager manager, final long seed, final long... sizes) {
        final Random random = new Random(seed);
        final Shape shape = new Shape(sizes);
        final float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return manager.create(values, shape);
    }
}
