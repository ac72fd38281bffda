/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * Adam with decoupled weight decay, in one fused operator of libtorch.
 *
 * @param firstDecay  decay of the gradients' running mean
 * @param secondDecay decay of their running square
 * @param epsilon     added to the denominator
 * @param weightDecay share of a weight, times the rate, that is taken from it each step
 */
public record AdamW(double firstDecay, double secondDecay, double epsilon, double weightDecay) implements OptimizerSource {

    /** libtorch's usual decays. */
    public static AdamW withWeightDecay(final double weightDecay) {
        return new AdamW(0.9, 0.999, 1e-8, weightDecay);
    }

    @Override
    public int stateTensors() {
        return 2;
    }

    @Override
    public String methods() {
        return """
                def update(%s, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor], steps: List[Tensor], rate: Tensor) -> NoneType:
                  n = torch.len(parameters)
                  unused = annotate(List[Tensor], [])
                  torch._fused_adamw_(parameters, gradients, torch.slice(state, 0, n, 1), torch.slice(state, n, torch.mul(2, n), 1), unused, steps,
                    lr=rate, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)
                  return None
                """.formatted(ScriptModule.SELF, firstDecay, secondDecay, weightDecay, epsilon);
    }
}
