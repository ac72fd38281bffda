/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.io.IOException;

/**
 * Every choice of a training, immutable, with the fork's command-line defaults. Its JSON form may leave out whatever
 * stays at its default.
 *
 * @param length       when training ends
 * @param sampling     which patches are drawn
 * @param augmentation how patches are varied
 * @param network      what the network is made of
 * @param loss         what is minimised
 * @param optimizer    how weights change
 * @param validation   how networks are scored
 * @param compute      how the arithmetic is done
 * @param seed         of initial weights, patches and augmentation (--seed)
 */
public record TrainingSettings(LengthSettings length, SamplingSettings sampling, AugmentationSettings augmentation, NetworkSettings network,
                               LossSettings loss, OptimizerSettings optimizer, ValidationSettings validation, ComputeSettings compute, long seed) {

    /** @return the fork's defaults */
    public static TrainingSettings defaults() {
        return new TrainingSettings(LengthSettings.defaults(), SamplingSettings.defaults(), AugmentationSettings.defaults(), NetworkSettings.defaults(),
                LossSettings.defaults(), OptimizerSettings.defaults(), ValidationSettings.defaults(), ComputeSettings.defaults(), 1);
    }

    /**
     * @param json as {@link #toJson()} writes it; members that are missing keep their defaults
     * @throws IOException if it is not JSON, or has members or values that settings cannot have
     */
    public static TrainingSettings fromJson(final String json) throws IOException {
        return TrainingJson.read(json, defaults(), TrainingSettings.class);
    }

    /** @return all settings as one line of JSON */
    public String toJson() {
        return TrainingJson.write(this);
    }

    public TrainingSettings withLength(final LengthSettings newLength) {
        return new TrainingSettings(newLength, sampling, augmentation, network, loss, optimizer, validation, compute, seed);
    }

    public TrainingSettings withSampling(final SamplingSettings newSampling) {
        return new TrainingSettings(length, newSampling, augmentation, network, loss, optimizer, validation, compute, seed);
    }

    public TrainingSettings withAugmentation(final AugmentationSettings newAugmentation) {
        return new TrainingSettings(length, sampling, newAugmentation, network, loss, optimizer, validation, compute, seed);
    }

    public TrainingSettings withNetwork(final NetworkSettings newNetwork) {
        return new TrainingSettings(length, sampling, augmentation, newNetwork, loss, optimizer, validation, compute, seed);
    }

    public TrainingSettings withLoss(final LossSettings newLoss) {
        return new TrainingSettings(length, sampling, augmentation, network, newLoss, optimizer, validation, compute, seed);
    }

    public TrainingSettings withOptimizer(final OptimizerSettings newOptimizer) {
        return new TrainingSettings(length, sampling, augmentation, network, loss, newOptimizer, validation, compute, seed);
    }

    public TrainingSettings withValidation(final ValidationSettings newValidation) {
        return new TrainingSettings(length, sampling, augmentation, network, loss, optimizer, newValidation, compute, seed);
    }

    public TrainingSettings withCompute(final ComputeSettings newCompute) {
        return new TrainingSettings(length, sampling, augmentation, network, loss, optimizer, validation, newCompute, seed);
    }

    public TrainingSettings withSeed(final long newSeed) {
        return new TrainingSettings(length, sampling, augmentation, network, loss, optimizer, validation, compute, newSeed);
    }
}
