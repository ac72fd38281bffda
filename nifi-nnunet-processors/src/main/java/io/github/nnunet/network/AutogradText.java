/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gradients by libtorch's own differentiation of the forward pass.
 *
 * @param topology  of the network
 * @param device    that it is trained on
 * @param precision of convolutions
 * @param layers    that are trained
 */
record AutogradText(NetworkTopology topology, ComputeDevice device, Precision precision, TrainedLayers layers) implements GradientText {

    @Override
    public String methods() {
        return (precision == Precision.FP32 ? network("outputs") : channelsLast()) + gradients();
    }

    private String network(final String method) {
        final String signature = "def %s(%s, weights: List[Tensor], x: Tensor) -> List[Tensor]:".formatted(method, ScriptModule.SELF);
        return NetworkText.supervised(topology, device, precision, layers, signature, new WeightIndex(topology));
    }

    /** The loss gets logits in the usual layout. */
    private String channelsLast() {
        return ChannelsLastOperators.methods(topology.dimensions()) + network("heads") + """
                def outputs(%s, weights: List[Tensor], x: Tensor) -> List[Tensor]:
                  last = %s
                  computed = (self).heads(weights, last, )
                  results = annotate(List[Tensor], [])
                  for i in range(torch.len(computed)):
                    _0 = torch.append(results, torch.contiguous(computed[i]))
                  return results
                """.formatted(ScriptModule.SELF, ChannelsLastOperators.channelsLast("x", topology.dimensions()));
    }

    /**
     * The weights are handed in without gradients, so that no gradient outlives the call: what is differentiated are views of
     * them. Gradients are made contiguous, because fused optimizers read memory in order, whatever the strides. Where only the
     * outputs are trained, nothing before them is differentiated.
     */
    private String gradients() {
        final boolean isScaled = precision == Precision.FP16;
        final List<Integer> trained = layers.positions(topology);
        return """
                def gradients(%1$s, batch: Tensor, target: Tensor, weights: List[Tensor], scale: Tensor) -> List[Tensor]:
                  leaves = annotate(List[Tensor], [])
                  trained = %5$s
                  for i in range(%2$d):
                    _0 = torch.append(leaves, torch.requires_grad_(torch.detach(weights[trained[i]]), True))
                  seen = [%6$s]
                  value = (self).supervised_loss((self).outputs(seen, batch, ), target, )
                  slopes = torch.grad([%3$s], leaves, None, None, False, False)
                  results = [torch.detach(value)]
                  for j in range(%2$d):
                    slope = torch.contiguous(torch._unwrap_optional(slopes[j]))
                    _1 = torch.append(results, %4$s)
                  return results
                """.formatted(ScriptModule.SELF, trained.size(), isScaled ? "torch.mul(value, scale)" : "value",
                isScaled ? "torch.mul(slope, torch.reciprocal(scale))" : "slope", trained, seen(trained));
    }

    /** @return all weights in order, those that are differentiated as leaves */
    private String seen(final List<Integer> trained) {
        return IntStream.range(0, WeightLayout.of(topology).size())
                .mapToObj(i -> trained.contains(i) ? "leaves[%d]".formatted(trained.indexOf(i)) : "weights[%d]".formatted(i))
                .collect(Collectors.joining(", "));
    }
}
