/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * Gradients by libtorch's own differentiation of the forward pass.
 *
 * @param topology  of the network
 * @param device    that it is trained on
 * @param precision of convolutions
 */
record AutogradText(NetworkTopology topology, ComputeDevice device, Precision precision) implements GradientText {

    @Override
    public String methods() {
        final String signature = "def outputs(%s, weights: List[Tensor], x: Tensor) -> List[Tensor]:".formatted(ScriptModule.SELF);
        return NetworkText.supervised(topology, device, precision, signature, new WeightIndex(topology)) + gradients();
    }

    /**
     * The weights are handed in without gradients, so that no gradient outlives the call: what is differentiated are views of
     * them. Gradients are made contiguous, because fused optimizers read memory in order, whatever the strides.
     */
    private String gradients() {
        final boolean isScaled = precision == Precision.FP16;
        return """
                def gradients(%1$s, batch: Tensor, target: Tensor, weights: List[Tensor], scale: Tensor) -> List[Tensor]:
                  leaves = annotate(List[Tensor], [])
                  for i in range(%2$d):
                    _0 = torch.append(leaves, torch.requires_grad_(torch.detach(weights[i]), True))
                  seen = torch.add(leaves, torch.slice(weights, %2$d, None, 1))
                  value = (self).loss((self).outputs(seen, batch, ), target, )
                  slopes = torch.grad([%3$s], leaves, None, None, False, False)
                  results = [torch.detach(value)]
                  for j in range(%2$d):
                    slope = torch.contiguous(torch._unwrap_optional(slopes[j]))
                    _1 = torch.append(results, %4$s)
                  return results
                """.formatted(ScriptModule.SELF, WeightLayout.parameters(topology), isScaled ? "torch.mul(value, scale)" : "value",
                isScaled ? "torch.mul(slope, torch.reciprocal(scale))" : "slope");
    }
}
