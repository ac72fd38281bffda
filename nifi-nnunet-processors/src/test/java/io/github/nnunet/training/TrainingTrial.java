/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.CaseFiles;
import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.Fold;
import io.github.nnunet.dataset.Folds;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.Planner;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.preprocess.Foreground;
import io.github.nnunet.preprocess.ForegroundChannel;
import io.github.nnunet.preprocess.Normalization;
import io.github.nnunet.preprocess.NonZeroCrop;
import io.github.nnunet.preprocess.PatchPadding;
import io.github.nnunet.preprocess.Resampling;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Trains on a dataset outside NiFi and prints every epoch, to try settings by hand:
 * {@code TrainingTrial DATASET TASK PREPARED RUN FOLD SETTINGS-JSON}. PREPARED is filled unless it is there.
 */
final class TrainingTrial {
    private static final int FOLDS = 5;
    private static final int THREE_DIMENSIONS = 3;

    private TrainingTrial() {
    }

    public static void main(final String[] arguments) throws IOException, CaseException, TorchUnavailableException {
        final Path prepared = Path.of(arguments[2]);
        if (!Files.exists(prepared)) {
            prepare(Path.of(arguments[0]), arguments[1], prepared);
        }

        final TrainingJob job = job(prepared, Path.of(arguments[3]), Integer.parseInt(arguments[4]), TrainingSettings.fromJson(arguments[5]));
        final TorchEngine engine = TorchEngine.start(TorchSettings.defaults());
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            while (!run.isFinished()) {
                run.runEpoch(() -> false, StepListener.SILENT).ifPresent(TrainingTrial::print);
            }
        }
    }

    private static void prepare(final Path source, final String task, final Path prepared) throws IOException, CaseException {
        final DatasetDescription description = DatasetDescription.read(source);
        final Plan plan = Planner.plan(description, task, THREE_DIMENSIONS, false);
        final PreparedDataset dataset = new PreparedDataset(prepared);
        dataset.storePlan(plan);
        for (final CaseFiles files : description.training()) {
            final ScanCase image = CaseFile.read(files.images().getFirst(), NiftiLimits.forHeap());
            final ScanCase label = CaseFile.read(files.label().orElseThrow(), NiftiLimits.forHeap());
            final byte[] values = new byte[label.channel(0).length];
            for (int voxel = 0; voxel < values.length; voxel++) {
                values[voxel] = (byte) label.channel(0)[voxel];
            }

            final ScanCase scan = new ScanCase(image.channelNames(), image.channels(), values, image.geometry(), image.history());
            final ScanCase resampled = Resampling.apply(NonZeroCrop.apply(scan, Foreground.ABOVE_ZERO), plan.spacing());
            final ScanCase normal = Normalization.apply(resampled, plan.modality(), plan.ctStatistics(), ForegroundChannel.NONE);
            dataset.store(files.id(), PatchPadding.apply(normal, plan.patch(), plan.dimensions()), Optional.of(values), scan.shape());
        }
    }

    private static TrainingJob job(final Path prepared, final Path run, final int fold, final TrainingSettings settings) throws IOException, CaseException {
        final List<String> ids = new PreparedDataset(prepared).caseIds();
        final Fold chosen = Folds.kfold(ids.size(), FOLDS, Folds.SEED).get(fold);
        return new TrainingJob(prepared, run, fold, pick(ids, chosen.training()), pick(ids, chosen.validation()), settings);
    }

    private static List<String> pick(final List<String> ids, final int[] indices) {
        return Arrays.stream(indices).mapToObj(ids::get).toList();
    }

    private static void print(final EpochReport report) {
        final StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "epoch %d of %d: loss %.4f, rate %.2e, %.1f s of which validation %.1f, in all %.0f s",
                report.epoch(), report.epochs(), report.loss(), report.learningRate(), report.seconds(), report.validationSeconds(), report.elapsedSeconds()));
        report.classDice().forEach(one -> line.append(String.format(Locale.ROOT, ", %s %.4f", one.name(), one.dice())));
        System.out.printf(Locale.ROOT, "%s, mean %.4f, best %.4f in epoch %d, %s%n", line, report.meanDice(), report.bestDice(), report.bestEpoch(), report.end());
    }
}
