/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.PreparedCase;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The patches of an epoch. Which patch a step gets depends on the settings' seed, the epoch, the step and nothing else.
 * Any number of threads may fill batches at once.
 */
final class PatchSource {
    private final List<PreparedCase> cases;
    private final PatchSampler sampler;
    private final Augmentation augmentation;
    private final TargetMap targets;
    private final SamplingSettings settings;
    private final int casesPerStep;
    private final long seed;

    /** @param isFlat in 2D, where a batch takes several slices from each of a few cases */
    PatchSource(final List<PreparedCase> cases, final PatchSampler sampler, final Augmentation augmentation, final TargetMap targets,
                final SamplingSettings settings, final boolean isFlat, final long seed) {
        this.cases = cases;
        this.sampler = sampler;
        this.augmentation = augmentation;
        this.targets = targets;
        this.settings = settings;
        this.casesPerStep = isFlat ? Math.min(settings.volumesPerBatch(), settings.batchSize()) : settings.batchSize();
        this.seed = seed;
    }

    /** @return how many steps an epoch has: until every case was drawn from once, or as the settings say */
    int stepsPerEpoch() {
        if (settings.samplesPerEpoch() > 0) {
            return Math.ceilDiv(settings.samplesPerEpoch(), settings.batchSize());
        }

        return Math.ceilDiv(cases.size(), casesPerStep);
    }

    EpochOrder order(final int epoch) {
        return new EpochOrder(cases.size(), stepsPerEpoch() * casesPerStep, seed, epoch);
    }

    /** @param step counted from 0 in each epoch */
    void fill(final TrainingBatch batch, final EpochOrder order, final int epoch, final int step) {
        for (int i = 0; i < settings.batchSize(); i++) {
            final RandomGenerator random = SampleRandom.of(seed, epoch, (long) step * settings.batchSize() + i);
            final PreparedCase source = cases.get(order.caseOf(step * casesPerStep + i % casesPerStep));
            final Patch patch = sampler.draw(source, random);
            augmentation.apply(patch, random);
            batch.put(i, patch.image(), targets.targets(patch.label()));
        }
    }
}
