/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;

/**
 * What an optimizer remembers, for checkpoints.
 *
 * @param steps     steps done
 * @param tensors   the state tensors' values, in the order of {@link OptimizerSource}
 * @param lossScale of gradients in half precision
 */
public record OptimizerState(long steps, List<float[]> tensors, LossScale lossScale) {

    public OptimizerState {
        tensors = List.copyOf(tensors);
    }

    /** With the scale that a training begins with. */
    public OptimizerState(final long steps, final List<float[]> tensors) {
        this(steps, tensors, LossScale.initial());
    }
}
