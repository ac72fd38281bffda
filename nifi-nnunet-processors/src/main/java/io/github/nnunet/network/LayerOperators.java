/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;

/** How one layer of a network is written in TorchScript. Inputs are variables; every method returns an expression, to be given to a variable of its own. */
interface LayerOperators {

    /**
     * Convolution with a padding of half the kernel, so that stride 1 keeps the size.
     *
     * @param name the layer's name; its weights are {@code name.weight} and, if it is biased, {@code name.bias}
     */
    String convolution(String x, String name, boolean biased, List<Integer> kernel, List<Integer> stride);

    /** @param name the layer's name; its weights are {@code name.weight} and so on */
    String normalization(String x, String name, int channels);

    String activation(String x);

    /** The sum of two feature maps. */
    String sum(String x, String y);

    /**
     * The coarser feature map enlarged by a transposed convolution whose kernel is its stride, and after its channels those of the skip connection.
     *
     * @param name     the transposed convolution's name
     * @param channels of the result of the transposed convolution
     */
    String upsampledWithSkip(String x, String skip, String name, List<Integer> stride, int channels);
}
