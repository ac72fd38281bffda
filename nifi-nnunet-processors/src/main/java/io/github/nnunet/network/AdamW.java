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
        throw new UnsupportedOperationException("soon");
    }
}
