/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a training has come, beside its tensors.
 *
 * @param epochs         done
 * @param steps          of the optimiser
 * @param elapsedSeconds of all epochs
 * @param validationSeconds of the last validation, 0 before the first
 * @param bestDice       the best mean Dice so far
 * @param bestEpoch      the epoch that reached it, 0 before the first validation
 * @param end            why training is over, if it is
 * @param history        the reports of all epochs, and when each was written
 */
record TrainingState(int epochs, long steps, double elapsedSeconds, double validationSeconds, double bestDice, int bestEpoch, TrainingEnd end, List<Entry> history) {

    /** @param epochMillis when the report was made, milliseconds since 1970 */
    record Entry(long epochMillis, EpochReport report) {
    }

    TrainingState {
        history = List.copyOf(history);
    }

    static TrainingState beginning() {
        return new TrainingState(0, 0, 0, 0, 0, 0, TrainingEnd.NOT_YET, List.of());
    }

    Optional<EpochReport> lastReport() {
        return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().report());
    }

    /** @return the state after the epoch of that report */
    TrainingState after(final EpochReport report, final long epochMillis) {
        final List<Entry> longer = new ArrayList<>(history);
        longer.add(new Entry(epochMillis, report));
        final double validation = report.validated() ? report.validationSeconds() : validationSeconds;
        return new TrainingState(report.epoch(), report.steps(), report.elapsedSeconds(), validation, report.bestDice(), report.bestEpoch(), report.end(), longer);
    }
}
