/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.report.TrainingReport;
import io.github.nnunet.training.TrainingHistory;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Puts the report of a training into its run folder, and sends it. A training goes on without its report. */
final class ReportOutput {
    private static final String HTML = "text/html";
    private static final String PNG = "image/png";

    private final ProcessSession session;
    private final ComponentLog logger;

    ReportOutput(final ProcessSession session, final ComponentLog logger) {
        this.session = session;
        this.logger = logger;
    }

    /** @param job the parent of what is sent, with the attributes that it gets */
    void send(final FlowFile job, final TrainingHistory history) {
        send(job, history, TrainingReport.HTML_FILE, HTML, TrainingReport.html(history));
        try {
            send(job, history, TrainingReport.PNG_FILE, PNG, TrainingReport.png(history));
        } catch (final IOException e) {
            logger.info("Fold {}: there is no picture of the training. {}", history.job().fold(), e.getMessage());
        }
    }

    private void send(final FlowFile job, final TrainingHistory history, final String name, final String mediaType, final byte[] content) {
        final int fold = history.job().fold();
        final Path folder = history.job().runFolder();
        try {
            AtomicFile.write(folder.resolve(name), out -> out.write(content));
        } catch (final IOException e) {
            logger.warn("Fold {}: {} cannot be written to {}. See whether the disk is full.", fold, name, folder, e);
        }

        final FlowFile written = session.write(session.create(job), out -> out.write(content));
        final FlowFile named = session.putAllAttributes(written, Map.of("filename", name.replace("report", "report-fold-%d".formatted(fold)), "mime.type", mediaType));
        session.transfer(named, TrainUNet.REPORT);
    }
}
