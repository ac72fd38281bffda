/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CollectDatasetTest {
    @TempDir
    private static Path datasets;

    private static List<MockFlowFile> prepared;

    @TempDir
    private Path folder;

    private final SteppingClock clock = new SteppingClock();
    private TestRunner runner;

    @BeforeAll
    static void prepare() throws IOException {
        prepared = new PhantomFlow(datasets).prepared();
    }

    @BeforeEach
    void setUp() {
        runner = newRunner();
    }

    @Test
    @ProvesOption("CollectDataset: Prepared Folder")
    void storesEveryCaseAndGivesOneJobWhenAllAreThere() throws CaseException, IOException {
        enqueue(prepared.subList(0, 4));
        runner.run(4);
        runner.assertTransferCount(CollectDataset.JOB, 0);

        enqueue(prepared.subList(4, 5));
        runner.run();

        runner.assertTransferCount(CollectDataset.ORIGINAL, 5);
        final FoldJob job = onlyJob(runner);
        assertEquals(0, job.fold());
        assertEquals(4, job.training().size());
        assertEquals(1, job.validation().size());
        assertEquals(List.of("phantom_001", "phantom_002", "phantom_003", "phantom_004", "phantom_005"), new PreparedDataset(Path.of(job.dataset())).caseIds());
        assertTrue(new PreparedDataset(Path.of(job.dataset())).open("phantom_001").originalLabel().isPresent());
    }

    @Test
    void aJobCarriesThePlanAndNothingOfASingleCase() {
        enqueue(prepared);
        runner.run(5);

        final MockFlowFile job = runner.getFlowFilesForRelationship(CollectDataset.JOB).getFirst();
        job.assertAttributeEquals(CaseAttributes.FOLD, "0");
        job.assertAttributeExists(PlanAttributes.JSON);
        job.assertAttributeNotExists(CaseAttributes.CASE_ID);
        job.assertAttributeNotExists(CaseAttributes.FRAGMENT_INDEX);
    }

    @Test
    @ProvesOption("CollectDataset: Folds To Train")
    void givesAJobForEachChosenFold() {
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, "all");
        enqueue(prepared);
        runner.run(5);

        runner.assertTransferCount(CollectDataset.JOB, 5);
        for (final MockFlowFile job : runner.getFlowFilesForRelationship(CollectDataset.JOB)) {
            job.assertAttributeEquals(CaseAttributes.FOLDS_CHOSEN, "5");
            job.assertAttributeEquals(CaseAttributes.TRAINING_RUN, prepared.getFirst().getAttribute(CaseAttributes.FRAGMENT_IDENTIFIER));
        }
    }

    @Test
    void aRestartBetweenCasesLosesAndDoublesNone() throws CaseException, IOException {
        enqueue(prepared.subList(0, 3));
        runner.run(3);
        final TestRunner restarted = newRunner();
        restarted.getStateManager().setState(runner.getStateManager().getState(Scope.LOCAL).toMap(), Scope.LOCAL);
        // The crash brought the third case back.
        prepared.subList(2, 5).forEach(flowFile -> Runners.enqueue(restarted, flowFile));
        restarted.run(3);

        assertEquals(4, onlyJob(restarted).training().size());
    }

    @Test
    void aCaseThatFailedEarlierIsCountedAndGoesOnToFailure() throws CaseException, IOException {
        enqueue(prepared.subList(0, 4));
        final Map<String, String> failed = new HashMap<>(prepared.get(4).getAttributes());
        failed.put(CaseAttributes.ERROR, "The file is truncated.");
        runner.enqueue("half a file", failed);
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, prepared.get(0).getAttribute(CaseAttributes.CASE_FOLD));
        runner.run(5);

        assertEquals(3, onlyJob(runner).training().size());
        runner.getFlowFilesForRelationship(CollectDataset.FAILURE).getFirst().assertContentEquals("half a file");
    }

    @Test
    void aCaseThatFailsHereIsCountedToo() throws CaseException, IOException {
        enqueue(prepared.subList(0, 4));
        runner.enqueue("no case", prepared.get(4).getAttributes());
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, prepared.get(0).getAttribute(CaseAttributes.CASE_FOLD));
        runner.run(5);

        assertEquals(3, onlyJob(runner).training().size());
        Runners.assertFailed(runner, "unreadable").assertContentEquals("no case");
    }

    @Test
    void missingCasesAreNotWaitedForForever() throws CaseException, IOException {
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, prepared.get(0).getAttribute(CaseAttributes.CASE_FOLD));
        enqueue(prepared.subList(0, 4));
        runner.run(4);
        clock.advance(Duration.ofMinutes(59));
        runner.run();
        runner.assertTransferCount(CollectDataset.JOB, 0);

        clock.advance(Duration.ofMinutes(1));
        runner.run(3);

        assertEquals(3, onlyJob(runner).training().size());
        assertTrue(runner.getLogger().getWarnMessages().stream().anyMatch(message -> message.getMsg().contains("missing")));
    }

    @Test
    void aFolderThatCannotBeWrittenFailsTheCaseWithASentence() throws IOException {
        final Path file = Files.writeString(folder.resolve("a-file"), "in the way");
        runner.setProperty(CollectDataset.PREPARED_FOLDER, file.resolve("prepared").toString());
        enqueue(prepared.subList(0, 1));
        runner.run();

        Runners.assertFailed(runner, "memory", prepared.getFirst().toByteArray());
    }

    @Test
    void aCaseOfNoListingIsRefused() {
        runner.enqueue(prepared.getFirst().toByteArray(), Map.of(CaseAttributes.CASE_ID, "alone"));
        runner.run();

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        final Map<String, String> attributes = new HashMap<>(prepared.getFirst().getAttributes());
        attributes.put(CaseAttributes.CASE_ID, "../elsewhere");
        runner.enqueue(prepared.getFirst().toByteArray(), attributes);
        runner.run();

        Runners.assertFailed(runner, "unsupported");
    }

    private TestRunner newRunner() {
        final TestRunner created = TestRunners.newTestRunner(new CollectDataset(clock));
        created.setProperty(CollectDataset.PREPARED_FOLDER, folder.resolve("prepared").toString());
        return created;
    }

    private void enqueue(final List<MockFlowFile> flowFiles) {
        flowFiles.forEach(flowFile -> Runners.enqueue(runner, flowFile));
    }

    private static FoldJob onlyJob(final TestRunner runner) throws CaseException, IOException {
        runner.assertTransferCount(CollectDataset.JOB, 1);
        return FoldJob.read(new ByteArrayInputStream(runner.getFlowFilesForRelationship(CollectDataset.JOB).getFirst().toByteArray()), "the job");
    }
}
