/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Objects;

/**
 * How a network is trained.
 *
 * @param loss                  what is minimised
 * @param optimizer             how gradients become steps
 * @param gradientNorm          gradients are scaled down to this norm over all parameters; 0 for no limit
 * @param precision             of convolutions
 * @param synchronizedBatchNorm whether batch normalization takes its statistics over the samples of all devices
 * @param layers                that change
 */
public record TrainingMethod(LossSource loss, OptimizerSource optimizer, double gradientNorm, Precision precision, boolean synchronizedBatchNorm, TrainedLayers layers) {

    public TrainingMethod {
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(layers, "layers");
        if (!(gradientNorm >= 0)) {
            throw new IllegalArgumentException("Gradients cannot be limited to a norm of " + gradientNorm);
        }
    }

    /** @return in single precision, each device by itself, all layers */
    public static TrainingMethod of(final LossSource loss, final OptimizerSource optimizer, final double gradientNorm) {
        return new TrainingMethod(loss, optimizer, gradientNorm, Precision.FP32, false, TrainedLayers.ALL);
    }

    public TrainingMethod withPrecision(final Precision newPrecision) {
        return new TrainingMethod(loss, optimizer, gradientNorm, newPrecision, synchronizedBatchNorm, layers);
    }

    public TrainingMethod withSynchronizedBatchNorm(final boolean synchronised) {
        return new TrainingMethod(loss, optimizer, gradientNorm, precision, synchronised, layers);
    }

    public TrainingMethod withLayers(final TrainedLayers newLayers) {
        return new TrainingMethod(loss, optimizer, gradientNorm, precision, synchronizedBatchNorm, newLayers);
    }
}
