/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** libtorch's ordinary operators, one a layer: right on every device, differentiable. */
class PlainOperators implements LayerOperators {

    private final NetworkTopology topology;
    private final UnaryOperator<String> weight;
    private final boolean training;
    private final Precision precision;

    /**
     * @param weight    the expression that stands for a weight, by the weight's name
     * @param training  whether batch normalization takes the batch's statistics and updates its running averages
     * @param precision of convolutions; what is between them is computed in single precision
     */
    PlainOperators(final NetworkTopology topology, final UnaryOperator<String> weight, final boolean training, final Precision precision) {
        this.topology = topology;
        this.weight = weight;
        this.training = training;
        this.precision = precision;
    }

    final NetworkTopology topology() {
        return topology;
    }

    final String weight(final String name) {
        return weight.apply(name);
    }

    /** Formula of MONAI's get_padding: (kernel - stride + 1) / 2, rounded down. */
    static List<Integer> padding(final List<Integer> kernel, final List<Integer> stride) {
        final Integer[] padding = new Integer[kernel.size()];
        for (int axis = 0; axis < padding.length; axis++) {
            padding[axis] = (kernel.get(axis) - stride.get(axis) + 1) / 2;
        }

        return List.of(padding);
    }

    final List<Integer> everyAxis(final int value) {
        return Collections.nCopies(topology.dimensions(), value);
    }

    @Override
    public String convolution(final String x, final String name, final boolean biased, final List<Integer> kernel, final List<Integer> stride) {
        final String bias = biased ? converted(weight(name + ".bias")) : "None";
        return restored("torch.conv%dd(%s, %s, %s, %s, %s, %s, 1)"
                .formatted(topology.dimensions(), converted(x), converted(weight(name + ".weight")), bias, stride, padding(kernel, stride), everyAxis(1)));
    }

    /** @return the tensor as the numbers that convolutions are computed with */
    private String converted(final String tensor) {
        return precision == Precision.FP32 ? tensor : "torch.to(%s, %d)".formatted(tensor, precision.scalarType());
    }

    /** @return a convolution's result in single precision */
    private String restored(final String result) {
        return precision == Precision.FP32 ? result : "torch.to(%s, %d)".formatted(result, Precision.FP32.scalarType());
    }

    @Override
    public String normalization(final String x, final String name, final int channels) {
        final String scale = weight(name + ".weight");
        final String shift = weight(name + ".bias");
        return switch (topology.normalization()) {
            case INSTANCE -> "torch.instance_norm(%s, %s, %s, None, None, True, 0.1, 1e-05, True)".formatted(x, scale, shift);
            case GROUP -> "torch.group_norm(%s, %d, %s, %s, 1e-05, True)".formatted(x, topology.groupsOf(channels), scale, shift);
            case BATCH -> "torch.batch_norm(%s, %s, %s, %s, %s, %s, 0.1, 1e-05, True)"
                    .formatted(x, scale, shift, weight(name + ".running_mean"), weight(name + ".running_var"), training ? "True" : "False");
        };
    }

    @Override
    public String activation(final String x) {
        return "torch.leaky_relu(%s, %s)".formatted(x, topology.negativeSlope());
    }

    @Override
    public String sum(final String x, final String y) {
        return "torch.add(%s, %s)".formatted(x, y);
    }

    /**
     * The feature map enlarged by a transposed convolution without bias, whose kernel is its stride.
     *
     * @param name the transposed convolution's name
     */
    final String upsampled(final String x, final String name, final List<Integer> stride) {
        return transposed(x, name, "None", stride);
    }

    private String transposed(final String x, final String name, final String bias, final List<Integer> stride) {
        return restored("torch.conv_transpose%dd(%s, %s, %s, %s, %s, %s, 1, %s)".formatted(topology.dimensions(), converted(x), converted(weight(name + ".weight")), bias,
                stride, everyAxis(0), everyAxis(0), everyAxis(1)));
    }

    @Override
    public String upsampledWithSkip(final String x, final String skip, final String name, final List<Integer> stride, final int channels) {
        return "torch.cat([%s, %s], 1)".formatted(transposed(x, name, converted(weight(name + ".bias")), stride), skip);
    }
}
