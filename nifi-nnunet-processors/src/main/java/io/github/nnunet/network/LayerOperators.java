/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.Optional;

/** How one layer of a network is written in TorchScript. Every method returns an expression. */
interface LayerOperators {

    /** Convolution with a padding of half the kernel, so that stride 1 keeps the size. */
    String convolution(String x, String weight, Optional<String> bias, List<Integer> kernel, List<Integer> stride);

    /** @param name the layer's name; its weights are {@code name.weight} and so on */
    String normalization(String x, String name, int channels);

    String activation(String x);

    /**
     * The coarser feature map enlarged by a transposed convolution whose kernel is its stride, and after its channels those of the skip connection.
     *
     * @param name     the transposed convolution's name
     * @param channels of the result of the transposed convolution
     */
    String upsampledWithSkip(String x, String skip, String name, List<Integer> stride, int channels);
}
