/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.training.ClassDice;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingHistory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The four charts of a training. */
final class TrainingCharts {
    private static final int MARKS = 5;
    private static final String MEAN = "mean";

    private TrainingCharts() {
    }

    /** @return loss, Dice, learning rate and time, in this order */
    static List<Chart> of(final TrainingHistory history) {
        final List<EpochReport> epochs = history.epochs();
        final Series loss = series("loss", Ink.SERIES_1, epochs, EpochReport::loss);
        final Series rate = series("learning rate", Ink.SERIES_1, epochs, EpochReport::learningRate);
        return List.of(
                new Chart("Loss", epochs.isEmpty() ? List.of() : List.of(loss), AxisScale.of(least(loss), most(loss), MARKS), 0),
                new Chart("Validation Dice", dice(history), AxisScale.of(0, 1, MARKS), history.best().map(EpochReport::epoch).orElse(0)),
                new Chart("Learning rate", epochs.isEmpty() ? List.of() : List.of(rate), AxisScale.fromZero(most(rate), MARKS), 0),
                times(epochs));
    }

    private static Chart times(final List<EpochReport> epochs) {
        final Series all = series("whole epoch", Ink.SERIES_1, epochs, EpochReport::seconds);
        final Series validation = series("of that, validation", Ink.SERIES_2, epochs, EpochReport::validationSeconds);
        return new Chart("Seconds an epoch", epochs.isEmpty() ? List.of() : List.of(all, validation), AxisScale.fromZero(most(all), MARKS), 0);
    }

    /** More classes than there are colours would be a tangle: then the mean, the best and the worst of each epoch are shown. */
    private static List<Series> dice(final TrainingHistory history) {
        final List<EpochReport> scored = history.epochs().stream().filter(EpochReport::validated).toList();
        if (scored.isEmpty()) {
            return List.of();
        }

        final List<Series> series = new ArrayList<>();
        final List<String> names = scored.getLast().classDice().stream().map(ClassDice::name).toList();
        if (names.size() > Ink.seriesCount()) {
            series.add(series("best of %d classes".formatted(names.size()), Ink.SERIES_3, scored, report -> diceOf(report).max().orElse(0)));
            series.add(series("worst of %d classes".formatted(names.size()), Ink.SERIES_2, scored, report -> diceOf(report).min().orElse(0)));
        } else {
            IntStream.range(0, names.size()).forEach(number ->
                    series.add(series(names.get(number), Ink.series(number), scored, report -> report.classDice().get(number).dice())));
        }

        if (names.size() > 1) {
            series.add(series(MEAN, Ink.MEAN, scored, EpochReport::meanDice));
        }

        return series;
    }

    private static DoubleStream diceOf(final EpochReport report) {
        return report.classDice().stream().mapToDouble(ClassDice::dice);
    }

    private static Series series(final String name, final Ink ink, final List<EpochReport> epochs, final ToDoubleFunction<EpochReport> value) {
        return new Series(name, ink, epochs.stream().mapToDouble(EpochReport::epoch).toArray(), epochs.stream().mapToDouble(value).toArray());
    }

    private static double least(final Series series) {
        return DoubleStream.of(series.values()).min().orElse(0);
    }

    private static double most(final Series series) {
        return DoubleStream.of(series.values()).max().orElse(1);
    }
}
