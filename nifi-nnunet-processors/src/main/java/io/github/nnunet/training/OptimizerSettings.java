/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.TrainedLayers;

import java.util.Objects;

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
 * @param layers       whose weights are changed (--freeze)
 */
public record OptimizerSettings(OptimizerKind kind, double learningRate, double momentum, double weightDecay,
                                ScheduleKind schedule, int warmupSteps, double gradientClip, TrainedLayers layers) {

    public OptimizerSettings {
        Requirement.positive("learning rate", learningRate);
        Requirement.fraction("momentum", momentum);
        Requirement.notNegative("weight decay", weightDecay);
        Requirement.notNegative("warm-up steps", warmupSteps);
        Requirement.notNegative("gradient clip", gradientClip);
        Objects.requireNonNull(layers, "layers");
    }

    /** For all layers. */
    public OptimizerSettings(final OptimizerKind kind, final double learningRate, final double momentum, final double weightDecay,
                             final ScheduleKind schedule, final int warmupSteps, final double gradientClip) {
        this(kind, learningRate, momentum, weightDecay, schedule, warmupSteps, gradientClip, TrainedLayers.ALL);
    }

    /** @return these settings for other layers */
    public OptimizerSettings withLayers(final TrainedLayers newLayers) {
        return new OptimizerSettings(kind, learningRate, momentum, weightDecay, schedule, warmupSteps, gradientClip, newLayers);
    }

    /** @return the fork's defaults */
    public static OptimizerSettings defaults() {
        return new OptimizerSettings(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.CONSTANT, 250, 0);
    }
}
