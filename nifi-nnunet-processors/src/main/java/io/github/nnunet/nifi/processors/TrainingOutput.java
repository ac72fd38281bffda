/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingJob;
import io.github.nnunet.training.TrainingRun;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What TrainUNet sends of a training: each epoch's report, and the model at the end. */
final class TrainingOutput {
    private final ProcessSession session;
    private final ComponentLog logger;
    private final TrainingJob job;
    private final TrainingRun run;

    TrainingOutput(final ProcessSession session, final ComponentLog logger, final TrainingJob job, final TrainingRun run) {
        this.session = session;
        this.logger = logger;
        this.job = job;
        this.run = run;
    }

    /**
     * Sends the report of an epoch as JSON, and the training so far as a page and a picture.
     *
     * @param flowFile the job, parent of what is sent
     */
    void sendEpoch(final FlowFile flowFile, final EpochReport report) {
        log(report);
        final FlowFile created = session.create(flowFile);
        final FlowFile written = session.write(created, content -> content.write(report.toJson().getBytes(StandardCharsets.UTF_8)));
        final Map<String, String> attributes = new HashMap<>(attributes(report));
        attributes.put("filename", "progress-fold-%d-epoch-%d.json".formatted(job.fold(), report.epoch()));
        attributes.put("mime.type", CaseAttributes.JSON);
        session.transfer(session.putAllAttributes(written, attributes), TrainUNet.PROGRESS);
        session.adjustCounter("Epochs", 1, true);
        new ReportOutput(session, logger).send(session.putAllAttributes(flowFile, attributes(report)), run.history());
    }

    private void log(final EpochReport report) {
        final String dice = report.validated() ? "validation Dice %.4f".formatted(report.meanDice()) : "not validated";
        logger.info("Fold {}: epoch {} of {}, loss {}, {} (best {} in epoch {}), {} s, {} s left", job.fold(), report.epoch(), report.epochs(),
                "%.4f".formatted(report.loss()), dice, "%.4f".formatted(report.bestDice()), report.bestEpoch(),
                "%.1f".formatted(report.seconds()), "%.0f".formatted(report.remainingSeconds()));
    }

    /** @return how far the training has come */
    Map<String, String> attributes(final EpochReport report) {
        final Map<String, String> attributes = new HashMap<>();
        run.transfer().ifPresent(taken -> attributes.put(CaseAttributes.TRAINING_TRANSFER, taken.summary()));
        attributes.put(CaseAttributes.RUN_FOLDER, job.runFolder().toString());
        attributes.put(CaseAttributes.TRAINING_EPOCH, Integer.toString(report.epoch()));
        attributes.put(CaseAttributes.TRAINING_EPOCHS, Integer.toString(report.epochs()));
        attributes.put(CaseAttributes.TRAINING_LOSS, Double.toString(report.loss()));
        attributes.put(CaseAttributes.TRAINING_BEST_DICE, Double.toString(report.bestDice()));
        attributes.put(CaseAttributes.TRAINING_PATCHES_PER_SECOND, String.format(Locale.ROOT, "%.3f", run.history().patchesPerSecond()));
        attributes.put(CaseAttributes.TRAINING_SECONDS_LEFT, Long.toString(Math.round(report.remainingSeconds())));
        if (report.validated()) {
            attributes.put(CaseAttributes.TRAINING_DICE, Double.toString(report.meanDice()));
        }

        return attributes;
    }

    /**
     * Sends the best model.
     *
     * @param flowFile the job, parent of what is sent
     * @param file     the model file
     * @param digest   its SHA-256
     */
    void sendModel(final FlowFile flowFile, final Path file, final String digest) throws CaseException, IOException {
        final Map<String, String> attributes = new HashMap<>(ModelFile.readPlan(file).map(PlanAttributes::of).orElse(Map.of()));
        attributes.put(CaseAttributes.MODEL_PATH, file.toString());
        attributes.put(CaseAttributes.MODEL_DIGEST, digest);
        attributes.put(CaseAttributes.FOLD, Integer.toString(job.fold()));
        attributes.put("filename", "model-fold-%d.pt".formatted(job.fold()));
        attributes.put("mime.type", CaseAttributes.MODEL);
        final FlowFile imported = session.importFrom(file, true, session.create(flowFile));
        session.transfer(session.putAllAttributes(imported, attributes), TrainUNet.MODEL);
        session.adjustCounter("Models", 1, false);
        logger.info("Fold {}: training ended, the model is {}", job.fold(), file);
    }
}
