/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.OptimizerSource;

import java.math.BigDecimal;

/**
 * Stochastic gradient descent as libtorch's: v = momentum v + gradient + weightDecay w, then w = w - rate v.
 *
 * @param momentum    what is kept of the last step
 * @param weightDecay share of a weight that is added to its gradient
 */
record SgdMomentum(double momentum, double weightDecay) implements OptimizerSource {

    @Override
    public int stateTensors() {
        return 1;
    }

    @Override
    public String methods() {
        return """
                def update(self: __torch__.Work, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor], steps: List[Tensor], rate: Tensor) -> NoneType:
                  torch._foreach_mul_(state, %s)
                  torch._foreach_add_(state, gradients)
                  torch._foreach_add_(state, parameters, alpha=%s)
                  change = torch._foreach_mul(state, rate)
                  torch._foreach_sub_(parameters, change)
                  return None
                """.formatted(number(momentum), number(weightDecay));
    }

    /** TorchScript takes a number without a point for an integer. */
    private static String number(final double value) {
        final String plain = new BigDecimal(Double.toString(value)).toPlainString();
        return plain.contains(".") ? plain : plain + ".";
    }
}
