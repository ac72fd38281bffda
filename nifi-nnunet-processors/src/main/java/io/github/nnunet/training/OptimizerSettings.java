/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * How the weights are changed.
 *
 * @param kind         Adam or SGD (--optimizer)
 * @param learningRate at its highest (--learning_rate)
 * @param momentum     of SGD (--momentum)
 * @param weightDecay  decoupled for Adam, added to the gradient for SGD (--weight_decay)
 * @param schedule     constant or cosine (--scheduler)
 * @param warmupSteps  steps over which the cosine schedule rises from 0 (--warmup)
 * @param gradientClip the highest 2-norm of all gradients together; 0 leaves them as they are (--gradient_clip_val)
 */
public record OptimizerSettings(OptimizerKind kind, double learningRate, double momentum, double weightDecay,
                                ScheduleKind schedule, int warmupSteps, double gradientClip) {

    public OptimizerSettings {
        Requirement.positive("learning rate", learningRate);
        Requirement.fraction("momentum", momentum);
        Requirement.notNegative("weight decay", weightDecay);
        Requirement.notNegative("warm-up steps", warmupSteps);
        Requirement.notNegative("gradient clip", gradientClip);
    }

    /** @return the fork's defaults */
    public static OptimizerSettings defaults() {
        return new OptimizerSettings(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.CONSTANT, 250, 0);
    }
}
