/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Operators that libtorch runs fast on a CPU, differentiable too: oneDNN's convolutions at every size (left alone, libtorch
 * takes slow ones for small inputs), instance normalization as a group normalization with a group a channel, and activation in
 * place, which no normalization's gradient minds.
 */
class CpuOperators extends PlainOperators {

    CpuOperators(final NetworkTopology topology, final UnaryOperator<String> weight, final boolean training) {
        super(topology, weight, training, Precision.FP32);
    }

    @Override
    public String convolution(final String x, final String name, final boolean biased, final List<Integer> kernel, final List<Integer> stride) {
        final String bias = biased ? weight(name + ".bias") : "None";
        return "torch.mkldnn_convolution(%s, %s, %s, %s, %s, %s, 1)".formatted(x, weight(name + ".weight"), bias, padding(kernel, stride), stride, everyAxis(1));
    }

    @Override
    public String normalization(final String x, final String name, final int channels) {
        if (topology().normalization() == Normalization.INSTANCE) {
            return "torch.group_norm(%s, %d, %s, %s, 1e-05, True)".formatted(x, channels, weight(name + ".weight"), weight(name + ".bias"));
        }

        return super.normalization(x, name, channels);
    }

    @Override
    public String activation(final String x) {
        return "torch.leaky_relu_(%s, %s)".formatted(x, topology().negativeSlope());
    }
}
