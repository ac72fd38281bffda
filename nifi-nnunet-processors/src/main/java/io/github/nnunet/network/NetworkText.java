/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.function.UnaryOperator;

/** A network's function of its weights as a TorchScript method, whatever the architecture. */
final class NetworkText {

    private NetworkText() {
    }

    /**
     * In libtorch's ordinary operators; in 16 bits with channels last, as {@link HalfForm} prepares it.
     *
     * @param signature the method's first line, with an input {@code x} and a Tensor as its result
     * @param weight    the expression that stands for a weight, by the weight's name
     * @return a method that returns the logits at full resolution
     */
    static String logits(final NetworkTopology topology, final Precision precision, final String signature, final UnaryOperator<String> weight) {
        return switch (topology) {
            case UNetTopology unet -> UNetText.logits(unet, signature, predicting(topology, precision, weight));
            case UnetrTopology unetr -> UnetrText.logits(unetr, signature, weight, predicting(topology, precision, weight));
        };
    }

    private static PlainOperators predicting(final NetworkTopology topology, final Precision precision, final UnaryOperator<String> weight) {
        return precision == Precision.FP32 ? new PlainOperators(topology, weight, false, precision) : new ChannelsLastOperators(topology, weight, false, precision);
    }

    /**
     * For training, in operators that suit the device and the precision. In 16 bits they want the input with channels last, and the
     * methods of {@link ChannelsLastOperators} beside them.
     *
     * @param layers    that are trained: unless all are, batch normalization normalizes by its running averages
     * @param signature the method's first line, with an input {@code x} and a List[Tensor] as its result
     * @param weight    the expression that stands for a weight, by the weight's name
     * @return a method that returns the logits at full resolution, then those of the deep supervision heads, from finer to coarser
     */
    static String supervised(final NetworkTopology topology, final ComputeDevice device, final Precision precision, final TrainedLayers layers, final String signature,
                             final UnaryOperator<String> weight) {
        return switch (topology) {
            case UNetTopology unet -> UNetText.supervised(unet, signature, operators(topology, device, precision, layers, weight));
            case UnetrTopology unetr -> UnetrText.supervised(unetr, signature, weight, operators(topology, device, precision, layers, weight));
        };
    }

    private static PlainOperators operators(final NetworkTopology topology, final ComputeDevice device, final Precision precision, final TrainedLayers layers,
                                            final UnaryOperator<String> weight) {
        final boolean isTraining = layers == TrainedLayers.ALL;
        if (precision != Precision.FP32) {
            return new ChannelsLastOperators(topology, weight, isTraining, precision);
        }

        return device.isCuda() ? new PlainOperators(topology, weight, isTraining, precision) : new CpuOperators(topology, weight, isTraining);
    }
}
