/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * The gradients of several copies of a network in one script: its forward passes go layer by layer side by side, because batch
 * normalization needs all of them at once, and separate calls of scripts cannot wait for each other in the middle.
 */
final class SynchronizedText {

    private final UNetTopology topology;
    private final int devices;
    private final TrainingMethod method;

    SynchronizedText(final UNetTopology topology, final int devices, final TrainingMethod method) {
        this.topology = topology;
        this.devices = devices;
        this.method = method;
    }

    String methods() {
        final SynchronizedOperators operators = new SynchronizedOperators(topology, devices, method.precision());
        final String signature = "def outputs(%s, weights: List[Tensor], x: List[Tensor]) -> List[List[Tensor]]:".formatted(ScriptModule.SELF);
        return operators.methods() + UNetText.supervised(topology, signature, operators) + leaves() + gradients() + LossText.methods(method.loss());
    }

    /** The weights with gradients, buffers as they are. */
    private String leaves() {
        return """
                def leaves(%s, weights: List[Tensor]) -> List[Tensor]:
                  results = annotate(List[Tensor], [])
                  for i in range(torch.len(weights)):
                    if torch.lt(torch.remainder(i, %d), %d):
                      _0 = torch.append(results, torch.requires_grad_(torch.detach(weights[i]), True))
                    else:
                      _1 = torch.append(results, weights[i])
                  return results
                """.formatted(ScriptModule.SELF, WeightLayout.of(topology).size(), WeightLayout.parameters(topology));
    }

    /**
     * Takes the batch's shares and the weights of each device, one after the other, and for each device the part of the batch that
     * it has, there. Returns the loss and the sum of the gradients of all copies on the first device.
     */
    private String gradients() {
        final boolean isScaled = method.precision() == Precision.FP16;
        return """
                def gradients(%1$s, batches: List[Tensor], targets: List[Tensor], weights: List[Tensor], parts: List[Tensor], scale: Tensor) -> List[Tensor]:
                  seen = (self).leaves(weights, )
                  wanted = annotate(List[Tensor], [])
                  for i in range(torch.len(seen)):
                    if torch.lt(torch.remainder(i, %2$d), %3$d):
                      _0 = torch.append(wanted, seen[i])
                    else:
                      pass
                  heads = (self).outputs(seen, batches, )
                  roots = annotate(List[Tensor], [])
                  total = torch.zeros_like(scale)
                  for r in range(%4$d):
                    mine = annotate(List[Tensor], [])
                    for h in range(torch.len(heads)):
                      row = heads[h]
                      _1 = torch.append(mine, row[r])
                    value = torch.mul((self).supervised_loss(mine, targets[r], ), parts[r])
                    total = torch.add(total, torch.to(torch.detach(value), total))
                    _2 = torch.append(roots, %5$s)
                  slopes = torch.grad(roots, wanted, None, None, False, False)
                  results = [total]
                  for j in range(%3$d):
                    slope = torch.contiguous(torch._unwrap_optional(slopes[j]))
                    for k in range(%6$d):
                      other = torch._unwrap_optional(slopes[torch.add(torch.mul(torch.add(k, 1), %3$d), j)])
                      slope = torch.add(slope, torch.to(other, slope))
                    _3 = torch.append(results, %7$s)
                  return results
                """.formatted(ScriptModule.SELF, WeightLayout.of(topology).size(), WeightLayout.parameters(topology), devices,
                isScaled ? "torch.mul(value, torch.to(scale, value))" : "value", devices - 1, isScaled ? "torch.mul(slope, torch.reciprocal(scale))" : "slope");
    }
}
