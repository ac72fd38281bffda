/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One model to train: which prepared cases to learn from, which to score on, and where to write.
 *
 * @param dataset    folder of the prepared dataset
 * @param runFolder  where checkpoints and logs.json go; the run owns it
 * @param fold       0 up to the number of folds
 * @param training   ids of the cases to learn from
 * @param validation ids of the cases to score on
 * @param settings   every choice
 * @param initialModel where the weights to start from are; empty to start untrained
 */
public record TrainingJob(Path dataset, Path runFolder, int fold, List<String> training, List<String> validation, TrainingSettings settings, Optional<Path> initialModel) {

    public TrainingJob {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
        if (training.isEmpty()) {
            throw new IllegalArgumentException("A training needs at least one training case");
        }
    }

    /** A training that starts from nothing. */
    public TrainingJob(final Path dataset, final Path runFolder, final int fold, final List<String> training, final List<String> validation, final TrainingSettings settings) {
        this(dataset, runFolder, fold, training, validation, settings, Optional.empty());
    }

    /** @return this job, started from the weights of a file */
    public TrainingJob withInitialModel(final Path file) {
        return new TrainingJob(dataset, runFolder, fold, training, validation, settings, Optional.of(file));
    }

    /**
     * @param json as {@link #toJson()} writes it; settings that are missing keep their defaults
     * @throws IOException if it is not the JSON of a job
     */
    public static TrainingJob fromJson(final String json) throws IOException {
        final Written written = TrainingJson.read(json, Written.class);
        if (written == null || written.dataset() == null || written.runFolder() == null || written.training() == null || written.validation() == null || written.training().isEmpty()) {
            throw new IOException("A training job needs dataset, runFolder, fold, training cases and validation");
        }

        final TrainingSettings settings = written.settings() == null ? TrainingSettings.defaults() : TrainingSettings.fromJson(TrainingJson.write(written.settings()));
        return new TrainingJob(Path.of(written.dataset()), Path.of(written.runFolder()), written.fold(), written.training(), written.validation(), settings,
                Optional.ofNullable(written.initialModel()).map(Path::of));
    }

    /** @return this job as one line of JSON */
    public String toJson() {
        return TrainingJson.write(new Written(dataset.toString(), runFolder.toString(), fold, new ArrayList<>(training), new ArrayList<>(validation), settings,
                initialModel.map(Path::toString).orElse(null)));
    }

    /** Paths as plain text: Jackson would write them as URIs. */
    private record Written(String dataset, String runFolder, int fold, List<String> training, List<String> validation, Object settings, String initialModel) {
    }
}
