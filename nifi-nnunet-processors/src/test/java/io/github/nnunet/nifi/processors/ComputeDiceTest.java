/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.nifi.CaseAttributes;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ComputeDiceTest {
    @TempDir
    private static Path folder;

    private static List<MockFlowFile> listed;

    private final SteppingClock clock = new SteppingClock();
    private final TestRunner runner = TestRunners.newTestRunner(new ComputeDice(clock));

    @BeforeAll
    static void list() throws IOException {
        listed = new PhantomFlow(folder).listed();
    }

    @Test
    void aLabelScoredAgainstItselfIsPerfect() throws IOException {
        enqueue(0, 0);
        runner.run();

        final MockFlowFile scored = runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst();
        scored.assertAttributeEquals(CaseAttributes.DICE_MEAN, "1.0");
        scored.assertAttributeEquals("nnunet.dice.Body", "1.0");
        scored.assertAttributeEquals("nnunet.dice.Core", "1.0");
        runner.assertTransferCount(ComputeDice.SUMMARY, 0);
    }

    @Test
    void theSummaryComesWithTheLastCaseInFourForms() throws IOException {
        for (int index = 0; index < 5; index++) {
            enqueue(index, index);
        }

        runner.run(5);

        final List<MockFlowFile> summaries = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY);
        assertEquals(List.of("dice.json", "dice.csv", "dice_classes.csv", "dice.txt"), summaries.stream().map(flowFile -> flowFile.getAttribute("filename")).toList());
        final JsonNode json = new ObjectMapper().readTree(summaries.getFirst().toByteArray());
        assertEquals(1, json.path("mean").path("dice").doubleValue());
        assertEquals(1, json.path("classes").path("Core").path("dice").doubleValue());
        assertEquals(5, json.path("cases").size());
        summaries.getFirst().assertAttributeEquals(CaseAttributes.CASES_SCORED, "5");
        summaries.getFirst().assertAttributeEquals(CaseAttributes.CASES_MISSING, "0");
        summaries.getFirst().assertAttributeNotExists(CaseAttributes.CASE_ID);
    }

    @Test
    void scoresSurviveARestartAndACaseThatComesBackIsScoredOnce() throws IOException {
        for (int index = 0; index < 3; index++) {
            enqueue(index, index);
        }

        runner.run(3);
        final TestRunner restarted = TestRunners.newTestRunner(new ComputeDice(clock));
        restarted.getStateManager().setState(runner.getStateManager().getState(Scope.LOCAL).toMap(), Scope.LOCAL);
        for (int index = 2; index < 5; index++) {
            restarted.enqueue(label(index), listed.get(index).getAttributes());
        }

        restarted.run(3);

        restarted.assertTransferCount(ComputeDice.SUMMARY, 4);
        restarted.getFlowFilesForRelationship(ComputeDice.SUMMARY).getFirst().assertAttributeEquals(CaseAttributes.CASES_SCORED, "5");
    }

    @Test
    void aFailedPredictionIsCountedAndTheSummaryStillComes() throws IOException {
        for (int index = 0; index < 4; index++) {
            enqueue(index, index);
        }

        final Map<String, String> failed = new HashMap<>(listed.get(4).getAttributes());
        failed.put(CaseAttributes.ERROR, "libtorch is out of memory.");
        runner.enqueue("the case", failed);
        runner.run(5);

        final MockFlowFile summary = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getFirst();
        summary.assertAttributeEquals(CaseAttributes.CASES_SCORED, "4");
        summary.assertAttributeEquals(CaseAttributes.CASES_MISSING, "1");
        runner.getFlowFilesForRelationship(ComputeDice.FAILURE).getFirst().assertContentEquals("the case");
    }

    @Test
    void casesThatNeverComeAreNotWaitedForForever() throws IOException {
        enqueue(0, 0);
        runner.run();
        clock.advance(Duration.ofHours(1));
        runner.run(2);

        runner.assertTransferCount(ComputeDice.SUMMARY, 4);
    }

    @Test
    void aSegmentationOfAnotherScanFailsAsItCame() throws IOException {
        enqueue(1, 0);
        runner.run();

        final MockFlowFile failed = runner.getFlowFilesForRelationship(ComputeDice.FAILURE).getFirst();
        failed.assertAttributeEquals(CaseAttributes.ERROR_CATEGORY, "geometry");
        assertNotEquals(0, failed.getSize());
    }

    @Test
    void aCaseWithoutAReferenceFailsWithASentence() throws IOException {
        final Map<String, String> attributes = new HashMap<>(listed.getFirst().getAttributes());
        attributes.remove(CaseAttributes.LABEL_PATH);
        runner.enqueue(label(0), attributes);
        runner.run();

        Runners.assertFailed(runner, "label");
    }

    @Test
    void theSummaryAfterTheLastFoldHasTheCasesOfAllFoldsAndEachFoldsMeans() throws IOException {
        scoreTwoFolds();

        final List<MockFlowFile> summaries = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY);
        assertEquals(8, summaries.size());
        assertEquals(List.of("phantom_001", "phantom_002"), ids(summaries.getFirst()));
        final MockFlowFile last = summaries.get(4);
        assertEquals(List.of("phantom_001", "phantom_002", "phantom_003", "phantom_004", "phantom_005"), ids(last));
        last.assertAttributeEquals(CaseAttributes.CASES_SCORED, "5");
        last.assertAttributeEquals(CaseAttributes.FOLDS_SCORED, "2");
        last.assertAttributeNotExists(CaseAttributes.FOLD);
        final JsonNode json = new ObjectMapper().readTree(last.toByteArray());
        assertEquals(0, json.path("cases").path(1).path("fold").asInt(-1));
        assertEquals(1, json.path("cases").path(2).path("fold").asInt(-1));
        assertEquals(List.of(2, 3), List.of(json.path("folds").path(0).path("cases").asInt(), json.path("folds").path(1).path("cases").asInt()));
        assertEquals(1, json.path("folds").path(1).path("mean").path("dice").doubleValue());
        assertTrue(summaries.getLast().getContent().contains("fold 1"), summaries.getLast().getContent());
    }

    @Test
    void foldsAreSummedUpAloneWhereToldSo() throws IOException {
        runner.setProperty(ComputeDice.SUMMARY_OF, SummaryChoice.LISTING.getValue());
        scoreTwoFolds();

        assertEquals(List.of("phantom_003", "phantom_004", "phantom_005"), ids(runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).get(4)));
    }

    @Test
    void componentsAreTriedOnAllFolds() throws IOException {
        runner.setProperty(ComputeDice.TRY_LARGEST_COMPONENT, "true");
        scoreTwoFolds();

        final MockFlowFile last = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getLast();
        last.assertAttributeEquals("filename", ComponentRules.FILE_NAME);
        assertEquals(5, new ObjectMapper().readTree(last.toByteArray()).path("cases").asInt());
    }

    private void scoreTwoFolds() throws IOException {
        for (int index = 0; index < 5; index++) {
            final int fold = index < 2 ? 0 : 1;
            final Map<String, String> attributes = new HashMap<>(listed.get(index).getAttributes());
            attributes.put(CaseAttributes.TRAINING_RUN, "a-training");
            attributes.put(CaseAttributes.FOLD, Integer.toString(fold));
            attributes.put(CaseAttributes.FRAGMENT_IDENTIFIER, "listing-" + fold);
            attributes.put(CaseAttributes.FRAGMENT_INDEX, Integer.toString(index - 2 * fold));
            attributes.put(CaseAttributes.FRAGMENT_COUNT, Integer.toString(2 + fold));
            runner.enqueue(label(index), attributes);
        }

        runner.run(5);
    }

    private static List<String> ids(final MockFlowFile summary) throws IOException {
        final List<String> ids = new ArrayList<>();
        new ObjectMapper().readTree(summary.toByteArray()).path("cases").forEach(node -> ids.add(node.path("id").asText()));
        return ids;
    }

    private void enqueue(final int segmentation, final int reference) throws IOException {
        runner.enqueue(label(segmentation), listed.get(reference).getAttributes());
    }

    private static byte[] label(final int index) throws IOException {
        return Files.readAllBytes(Path.of(listed.get(index).getAttribute(CaseAttributes.LABEL_PATH)));
    }
}
