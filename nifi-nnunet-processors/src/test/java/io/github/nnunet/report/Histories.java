/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.training.ClassDice;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingEnd;
import io.github.nnunet.training.TrainingHistory;
import io.github.nnunet.training.TrainingJob;
import io.github.nnunet.training.TrainingSettings;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Trainings that nobody ran. */
final class Histories {
    /** The best epoch of every history that is longer. */
    static final int BEST_EPOCH = 60;
    private static final double SECONDS = 25;
    private static final double SECONDS_OF_VALIDATION = 8;
    private static final int SCORED_EACH = 3;

    private Histories() {
    }

    /** @return so many epochs in which the loss falls and the Dice, known of every third, rises, but for a setback after the best epoch */
    static TrainingHistory of(final int epochs, final TrainingEnd end, final String... classes) {
        final Random random = new Random(1);
        final List<EpochReport> reports = new ArrayList<>();
        double bestDice = 0;
        int bestEpoch = 0;
        for (int epoch = 1; epoch <= epochs; epoch++) {
            final boolean scored = epoch % SCORED_EACH == 0;
            final List<ClassDice> dice = scored ? dice(epoch, classes) : List.of();
            final double mean = dice.stream().mapToDouble(ClassDice::dice).average().orElse(0);
            final boolean best = scored && mean > bestDice;
            bestDice = best ? mean : bestDice;
            bestEpoch = best ? epoch : bestEpoch;
            reports.add(new EpochReport(epoch, epochs + 10, epoch * 10L, 1.4 * Math.exp(-epoch / 30.0) + 0.05 * random.nextDouble(), scored, dice, mean, best, bestDice, bestEpoch,
                    8e-4 * (1 - epoch / (epochs + 10.0)), SECONDS, scored ? SECONDS_OF_VALIDATION : 0, SECONDS * epoch, 10 * SECONDS, epoch == epochs ? end : TrainingEnd.NOT_YET));
        }

        return new TrainingHistory(job(), plan(classes), reports);
    }

    private static List<ClassDice> dice(final int epoch, final String... classes) {
        final double first = 0.8 * (1 - Math.exp(-epoch / 40.0)) - (epoch > BEST_EPOCH ? 0.2 : 0);
        return IntStream.range(0, classes.length).mapToObj(number -> new ClassDice(classes[number], Math.max(0, first * (1 - number / 10.0)))).toList();
    }

    private static TrainingJob job() {
        return new TrainingJob(Path.of("/secret/folder"), Path.of("/secret/run"), 2, List.of("patient_1", "patient_2", "patient_3"), List.of("patient_4"), TrainingSettings.defaults());
    }

    private static Plan plan(final String... classes) {
        final List<LabelClass> all = new ArrayList<>(List.of(new LabelClass(0, "background")));
        for (final String name : classes) {
            all.add(new LabelClass(all.size(), name));
        }

        return new Plan("04", "Hippocampus", 3, Modality.MRI, List.of("MRI"), all, new Spacing(1, 0.9830725193023682, 1), new Shape(40, 56, 40), Optional.empty(), false);
    }
}
