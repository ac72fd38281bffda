/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Operators that keep the channels last in memory, where GPUs' tensor cores want them. libtorch's own instance normalization
 * would move them to the front and its result with them; from mean and variance it is written element by element.
 */
final class ChannelsLastOperators extends PlainOperators {

    /** libtorch's numbers for the layouts NHWC and NDHWC. */
    private static final int CHANNELS_LAST = 2;
    private static final int CHANNELS_LAST_3D = 3;

    ChannelsLastOperators(final NetworkTopology topology, final UnaryOperator<String> weight, final boolean training, final Precision precision) {
        super(topology, weight, training, precision);
    }

    /** @return the tensor with its channels last in memory */
    static String channelsLast(final String tensor, final int dimensions) {
        return "torch.contiguous(%s, memory_format=%d)".formatted(tensor, dimensions == 2 ? CHANNELS_LAST : CHANNELS_LAST_3D);
    }

    /** @return the method that {@link #normalization} calls: (x - mean) / sqrt(variance + 1e-5) * scale + shift for each channel of each sample */
    static String methods(final int dimensions) {
        final List<Integer> axes = IntStream.range(2, 2 + dimensions).boxed().toList();
        final String each = "[1, -1%s]".formatted(", 1".repeat(dimensions));
        return """
                def normalized(%s, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
                  variance, mean = torch.var_mean(x, %s, correction=0, keepdim=True)
                  factor = torch.mul(torch.rsqrt(torch.add(variance, 1e-05)), torch.view(scale, %s))
                  return torch.add_(torch.mul(x, factor), torch.sub(torch.view(shift, %s), torch.mul(mean, factor)))
                """.formatted(ScriptModule.SELF, axes, each, each);
    }

    @Override
    public String normalization(final String x, final String name, final int channels) {
        if (topology().normalization() == Normalization.INSTANCE) {
            return "(self).normalized(%s, %s, %s, )".formatted(x, weight(name + ".weight"), weight(name + ".bias"));
        }

        return super.normalization(x, name, channels);
    }
}
