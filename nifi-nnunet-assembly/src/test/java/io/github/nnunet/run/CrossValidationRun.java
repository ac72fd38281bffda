/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A short cross-validation of the phantom by its template, run once for all tests that look at it or need trained models.
 *
 * @param dataset   has labels of its test cases too, in labelsTs
 * @param bulletins what NiFi reported meanwhile
 */
record CrossValidationRun(Path dataset, ResultsFolder results, Set<String> bulletins) {
    static final int LABELLED = 6;
    static final int TEST = 2;
    static final int FOLDS = 2;
    /** A network that learns the phantom within a minute: for templates that train. */
    static final Map<String, String> SHORT_TRAINING = Map.of("Folds", Integer.toString(FOLDS), "Epochs", "3", "Samples Per Epoch", "48", "Filters", "8, 16, 32, 64",
            "Learning Rate", "0.004", "Augmentation", "none", "Validation Interval", "3", "Validation Overlap", "0.25", "Device", "cpu");

    static CrossValidationRun in(final SharedNifi nifi) throws Exception {
        final Path folder = nifi.newFolder("cross-validation");
        final Path dataset = TestDataset.phantomWithTestCases(folder, LABELLED, TEST);
        final ResultsFolder results = new ResultsFolder(folder.resolve("results"));
        final Map<String, String> parameters = new HashMap<>(SHORT_TRAINING);
        parameters.put("Dataset Folder", dataset.toString());
        parameters.put("Results Folder", results.path().toString());
        try (TemplateFlow flow = nifi.deploy("cross-validation", parameters)) {
            flow.group().start();
            flow.awaitIdle(() -> ResultsFolder.images(results.path().resolve("test-segmentations")).size() == TEST || !results.failures().isEmpty());
            return new CrossValidationRun(dataset, results, flow.bulletins());
        }
    }

    Path model(final int fold) {
        return results.models().resolve("model-fold-%d.pt".formatted(fold));
    }

    Path testImages() {
        return dataset.resolve("imagesTs");
    }

    /** @return the label of a test case */
    Path testLabel(final Path image) {
        return dataset.resolve("labelsTs").resolve(image.getFileName());
    }

    boolean hasModels() {
        return Files.exists(model(0)) && Files.exists(model(1));
    }
}
