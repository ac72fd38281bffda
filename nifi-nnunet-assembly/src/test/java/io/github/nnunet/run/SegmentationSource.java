/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is predicted for the browser to look at.
 *
 * @param dataset its classes are the model's
 * @param model   a model file
 * @param scans   files to segment
 */
record SegmentationSource(Path dataset, Path model, List<Path> scans) {
    private static final int SCANS = 2;

    /** @return the phantom's test cases, and a model that has learned it in a minute */
    static SegmentationSource phantom(final SharedNifi shared) throws Exception {
        final CrossValidationRun run = shared.crossValidation();
        return new SegmentationSource(run.dataset(), run.model(0), ResultsFolder.images(run.testImages()).subList(0, SCANS));
    }

    /** @return the last scans of a dataset, and the model of a run of its first fold */
    static SegmentationSource of(final Path dataset, final ResultsFolder run) throws IOException {
        final List<Path> images = ResultsFolder.images(dataset.resolve("imagesTr"));
        return new SegmentationSource(dataset, run.models().resolve("model-fold-0.pt"), images.subList(images.size() - SCANS, images.size()));
    }

    void copyScansTo(final Path folder) throws IOException {
        for (final Path scan : scans) {
            Files.copy(scan, folder.resolve(scan.getFileName()));
        }
    }
}
