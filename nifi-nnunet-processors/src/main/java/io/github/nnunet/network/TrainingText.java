/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** The methods of a network in training, as TorchScript. */
final class TrainingText {

    private final ComputeDevice device;
    private final NetworkTopology topology;
    private final LossSource loss;
    private final OptimizerSource optimizer;
    private final double gradientNorm;

    TrainingText(final ComputeDevice device, final NetworkTopology topology, final LossSource loss, final OptimizerSource optimizer, final double gradientNorm) {
        if (!(gradientNorm >= 0)) {
            throw new IllegalArgumentException("Gradients cannot be limited to a norm of " + gradientNorm);
        }

        this.device = device;
        this.topology = topology;
        this.loss = loss;
        this.optimizer = optimizer;
        this.gradientNorm = gradientNorm;
    }

    String methods() {
        final WeightIndex weights = new WeightIndex(topology);
        final String signature = "def outputs(%s, weights: List[Tensor], x: Tensor) -> List[Tensor]:".formatted(ScriptModule.SELF);
        return NetworkText.supervised(topology, device, signature, weights)
                + evaluation() + differentiation() + limit() + step() + withLineEnd(loss.methods()) + withLineEnd(optimizer.methods());
    }

    private static String withLineEnd(final String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private static String evaluation() {
        return """
                def evaluate(%s, batch: Tensor, target: Tensor, weights: List[Tensor]) -> Tensor:
                  return (self).loss((self).outputs(weights, batch, ), target, )
                """.formatted(ScriptModule.SELF);
    }

    /**
     * The weights are handed in without gradients, so that no gradient outlives the call: what is differentiated are views of
     * them. Gradients are made contiguous, because fused optimizers read memory in order, whatever the strides.
     */
    private String differentiation() {
        final long parameters = WeightLayout.of(topology).stream().filter(slot -> slot.role().isParameter()).count();
        return """
                def gradients(%1$s, batch: Tensor, target: Tensor, weights: List[Tensor]) -> List[Tensor]:
                  leaves = annotate(List[Tensor], [])
                  for i in range(%2$d):
                    _0 = torch.append(leaves, torch.requires_grad_(torch.detach(weights[i]), True))
                  seen = torch.add(leaves, torch.slice(weights, %2$d, None, 1))
                  value = (self).loss((self).outputs(seen, batch, ), target, )
                  slopes = torch.grad([value], leaves, None, None, False, False)
                  results = [torch.detach(value)]
                  for j in range(%2$d):
                    _1 = torch.append(results, torch.contiguous(torch._unwrap_optional(slopes[j])))
                  return results
                """.formatted(ScriptModule.SELF, parameters);
    }

    /** Clipping by norm: all gradients times min(1, limit / (norm + 1e-6)). */
    private String limit() {
        if (gradientNorm == 0) {
            return """
                    def limit(%s, slopes: List[Tensor]) -> NoneType:
                      return None
                    """.formatted(ScriptModule.SELF);
        }

        return """
                def limit(%s, slopes: List[Tensor]) -> NoneType:
                  norm = torch.norm(torch.stack(torch._foreach_norm(slopes, 2), 0), 2)
                  factor = torch.clamp(torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), %s), None, 1.)
                  torch._foreach_mul_(slopes, factor)
                  return None
                """.formatted(ScriptModule.SELF, gradientNorm);
    }

    private String step() {
        return """
                def step(%1$s, batch: Tensor, target: Tensor, rate: Tensor, count: Tensor, weights: List[Tensor], state: List[Tensor]) -> Tensor:
                  results = (self).gradients(batch, target, weights, )
                  value = results[0]
                  if bool(torch.isfinite(value)):
                    slopes = torch.slice(results, 1, None, 1)
                    parameters = torch.slice(weights, 0, torch.len(slopes), 1)
                    _0 = (self).limit(slopes, )
                    _1 = torch.add_(count, 1)
                    steps = annotate(List[Tensor], [])
                    for i in range(torch.len(slopes)):
                      _2 = torch.append(steps, count)
                    _3 = (self).update(parameters, slopes, state, steps, rate, )
                  else:
                    pass
                  return value
                """.formatted(ScriptModule.SELF);
    }
}
