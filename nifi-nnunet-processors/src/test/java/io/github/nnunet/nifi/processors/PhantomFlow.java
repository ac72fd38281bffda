/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.PhantomDataset;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A small dataset on disk and its cases at any place of the standard chain. */
final class PhantomFlow {
    private static final int CASES = 5;
    private static final long SEED = 7;

    private final Path dataset;

    /** @param folder gets the dataset */
    PhantomFlow(final Path folder) throws IOException {
        this.dataset = folder.resolve(PhantomDataset.FOLDER_NAME);
        PhantomDataset.write(dataset, CASES, SEED);
    }

    Path dataset() {
        return dataset;
    }

    int cases() {
        return CASES;
    }

    List<MockFlowFile> listed() {
        return listed(SplitChoice.LABELLED);
    }

    List<MockFlowFile> listed(final SplitChoice split) {
        final TestRunner runner = TestRunners.newTestRunner(ListCases.class);
        runner.setIncomingConnection(false);
        runner.setProperty(ListCases.DATASET_FOLDER, dataset.toString());
        runner.setProperty(ListCases.SPLIT, split.getValue());
        runner.run();
        return runner.getFlowFilesForRelationship(ListCases.SUCCESS);
    }

    List<MockFlowFile> fetched() {
        return fetched(listed());
    }

    static List<MockFlowFile> fetched(final List<MockFlowFile> listed) {
        return Runners.through(new FetchCase(), FetchCase.SUCCESS, listed);
    }

    /** Cropped, resampled and normalised, as prediction needs it. */
    static List<MockFlowFile> normalized(final List<MockFlowFile> fetched) {
        final List<MockFlowFile> cropped = Runners.through(new CropNonZero(), CropNonZero.SUCCESS, fetched);
        final List<MockFlowFile> resampled = Runners.through(new Resample(), Resample.SUCCESS, cropped);
        return Runners.through(new Normalize(), Normalize.SUCCESS, resampled);
    }

    /** As training needs it. */
    List<MockFlowFile> prepared() {
        return Runners.through(new PadToPatch(), PadToPatch.SUCCESS, normalized(fetched()));
    }
}
