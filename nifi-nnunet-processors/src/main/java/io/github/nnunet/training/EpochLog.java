/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * logs.json: a line for the settings and a line for each epoch, as NVIDIA's dllogger writes them ({@code DLLL} and a JSON
 * object with timestamp, datetime, elapsedtime, type, step and data). Dice values are in percent, as the reference's.
 */
final class EpochLog {
    private static final double PERCENT = 100;
    private static final double MILLIS = 1000;

    private EpochLog() {
    }

    /** Writes the whole log, so that it agrees with the checkpoint whenever a process ends. */
    static void write(final Path target, final TrainingJob job, final TrainingState state) throws IOException {
        final List<TrainingState.Entry> history = state.history();
        final long begin = history.isEmpty() ? 0 : history.getFirst().epochMillis() - Math.round(history.getFirst().report().seconds() * MILLIS);
        final StringBuilder text = new StringBuilder(LoggerLine.log(begin, begin, "PARAMETER", parameters(job)));
        for (final TrainingState.Entry entry : history) {
            text.append(LoggerLine.log(begin, entry.epochMillis(), List.of(entry.report().epoch() - 1), data(entry.report())));
        }

        AtomicFile.write(target, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Object> parameters(final TrainingJob job) {
        final Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("fold", job.fold());
        parameters.put("training cases", job.training().size());
        parameters.put("validation cases", job.validation().size());
        parameters.put("settings", job.settings());
        return parameters;
    }

    private static Map<String, Object> data(final EpochReport report) {
        final Map<String, Object> data = new LinkedHashMap<>();
        data.put("Epoch", report.epoch() - 1);
        data.put("Train loss", report.loss());
        data.put("Learning rate", report.learningRate());
        data.put("Seconds", report.seconds());
        if (report.validated()) {
            data.put("Dice", report.meanDice() * PERCENT);
            for (int i = 0; i < report.classDice().size(); i++) {
                data.put("D%d".formatted(i + 1), report.classDice().get(i).dice() * PERCENT);
            }

            data.put("Top dice", report.bestDice() * PERCENT);
        }

        return data;
    }
}
