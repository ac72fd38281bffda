/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * Which patches are drawn from the training cases.
 *
 * @param batchSize       patches in a step (--batch_size)
 * @param oversampling    the share of patches that must hold part of a structure (--oversampling)
 * @param samplesPerEpoch patches in an epoch; 0 takes as many as there are training cases
 * @param volumesPerBatch cases that a batch of 2D slices comes from (--nvol)
 * @param loaders         threads that prepare patches ahead of the network (--num_workers); they do not change results
 */
public record SamplingSettings(int batchSize, double oversampling, int samplesPerEpoch, int volumesPerBatch, int loaders) {

    public SamplingSettings {
        Requirement.positive("batch size", batchSize);
        Requirement.share("oversampling", oversampling);
        Requirement.notNegative("samples in an epoch", samplesPerEpoch);
        Requirement.positive("volumes in a batch", volumesPerBatch);
        Requirement.positive("number of loaders", loaders);
    }

    /** @return the fork's defaults, with one loader thread */
    public static SamplingSettings defaults() {
        return new SamplingSettings(2, 0.4, 0, 4, 1);
    }
}
