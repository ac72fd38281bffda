/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** How gradients become steps (--optimizer). */
public enum OptimizerKind {
    /** Adam with decoupled weight decay, betas 0.9 and 0.999. */
    ADAM,
    /** Stochastic gradient descent with momentum and weight decay. */
    SGD
}
