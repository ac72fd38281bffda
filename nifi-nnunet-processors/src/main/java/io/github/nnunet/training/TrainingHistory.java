/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;

import java.util.List;
import java.util.Optional;

/**
 * A training from its first epoch to its last one done, whichever processes did them.
 *
 * @param job   what is trained
 * @param plan  of the dataset
 * @param epochs in order
 */
public record TrainingHistory(TrainingJob job, Plan plan, List<EpochReport> epochs) {

    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /** @return the last epoch done */
    public Optional<EpochReport> last() {
        return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.getLast());
    }

    /** @return patches trained a second in the last epoch, validation not counted; 0 before the first */
    public double patchesPerSecond() {
        if (epochs.isEmpty()) {
            return 0;
        }

        final EpochReport last = epochs.getLast();
        final long stepsBefore = epochs.size() > 1 ? epochs.get(epochs.size() - 2).steps() : 0;
        final double seconds = last.seconds() - last.validationSeconds();
        return seconds > 0 ? (last.steps() - stepsBefore) * job.settings().sampling().batchSize() / seconds : 0;
    }

    /** @return the epoch of the best mean validation Dice; empty if none was validated */
    public Optional<EpochReport> best() {
        final int number = last().map(EpochReport::bestEpoch).orElse(0);
        return epochs.stream().filter(report -> report.epoch() == number && report.validated()).findFirst();
    }

    /** @return the last epoch that was scored */
    public Optional<EpochReport> lastValidated() {
        return epochs.reversed().stream().filter(EpochReport::validated).findFirst();
    }
}
