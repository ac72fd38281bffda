/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ListCasesTest {
    @TempDir
    private Path folder;

    private PhantomFlow flow;
    private final TestRunner runner = TestRunners.newTestRunner(ListCases.class);

    @BeforeEach
    void setUp() throws IOException {
        flow = new PhantomFlow(folder);
        runner.setIncomingConnection(false);
        runner.setProperty(ListCases.DATASET_FOLDER, flow.dataset().toString());
    }

    @Test
    void aFoldThatTheDivisionDoesNotHaveIsRefusedBeforeTheStart() {
        runner.setProperty(ListCases.SPLIT, SplitChoice.VALIDATION.getValue());
        runner.setProperty(ListCases.FOLDS, "3");
        runner.setProperty(ListCases.FOLD, "3");
        runner.assertNotValid();
        runner.setProperty(ListCases.FOLD, "2");
        runner.assertValid();
        runner.setProperty(ListCases.FOLD, "${nnunet.fold}");
        runner.assertValid();
        runner.setProperty(ListCases.FOLD, "3");
        runner.setProperty(ListCases.SPLIT, SplitChoice.LABELLED.getValue());
        runner.assertValid();
    }

    @Test
    @ProvesOption("ListCases: Dataset Folder")
    void givesEachLabelledCaseItsFilesFoldAndPlan() {
        runner.run();

        final List<MockFlowFile> cases = listed();
        assertEquals(flow.cases(), cases.size());
        final Set<String> folds = new HashSet<>();
        for (int index = 0; index < cases.size(); index++) {
            final MockFlowFile listed = cases.get(index);
            listed.assertAttributeEquals(CaseAttributes.CASE_ID, "phantom_%03d".formatted(index + 1));
            listed.assertAttributeEquals(CaseAttributes.FRAGMENT_INDEX, Integer.toString(index));
            listed.assertAttributeEquals(CaseAttributes.FRAGMENT_COUNT, Integer.toString(flow.cases()));
            listed.assertAttributeEquals(CaseAttributes.FRAGMENT_IDENTIFIER, cases.getFirst().getAttribute(CaseAttributes.FRAGMENT_IDENTIFIER));
            listed.assertAttributeEquals(PlanAttributes.NAME, "Phantom");
            listed.assertAttributeEquals(PlanAttributes.MODALITY, "MRI");
            assertTrue(Files.exists(Path.of(listed.getAttribute(CaseAttributes.IMAGE_PATHS))));
            assertTrue(Files.exists(Path.of(listed.getAttribute(CaseAttributes.LABEL_PATH))));
            folds.add(listed.getAttribute(CaseAttributes.CASE_FOLD));
        }

        assertEquals(Set.of("0", "1", "2", "3", "4"), folds);
        assertEquals(flow.cases(), runner.getCounterValue("Cases Listed"));
    }

    @Test
    @ProvesOption("ListCases: Split")
    void trainingAndValidationCasesOfAFoldAreAllCases() {
        final Set<String> training = ids(flow.listed(SplitChoice.TRAINING));
        final Set<String> validation = ids(flow.listed(SplitChoice.VALIDATION));

        assertEquals(4, training.size());
        assertEquals(1, validation.size());
        training.addAll(validation);
        assertEquals(flow.cases(), training.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    @ProvesOption({"ListCases: Split", "ListCases: Fold"})
    void theValidationCasesOfAFoldAreThoseThatItsTrainingDoesNotSee(final int fold) {
        runner.run();
        final Set<String> heldOut = ids(listed().stream().filter(listed -> listed.getAttribute(CaseAttributes.CASE_FOLD).equals(Integer.toString(fold))).toList());
        runner.clearTransferState();
        runner.setProperty(ListCases.SPLIT, SplitChoice.VALIDATION.getValue());
        runner.setProperty(ListCases.FOLD, Integer.toString(fold));
        runner.run();

        assertEquals(heldOut, ids(listed()));
    }

    @Test
    @ProvesOption("ListCases: Folds")
    void theLabelledCasesAreDividedIntoAsManyFoldsAsChosen() {
        runner.setProperty(ListCases.FOLDS, "2");
        runner.run();

        assertEquals(Set.of("0", "1"), listed().stream().map(listed -> listed.getAttribute(CaseAttributes.CASE_FOLD)).collect(Collectors.toSet()));
    }

    @Test
    @ProvesOption("ListCases: Task")
    void aTaskOfTheCatalogueGivesItsPlan() {
        runner.setProperty(ListCases.TASK, "04");
        runner.run();

        listed().getFirst().assertAttributeEquals(PlanAttributes.PATCH, "40,56,40");
    }

    @Test
    @ProvesOption("ListCases: Dimensions")
    void aFlatNetworkIsPlannedOnDemand() {
        runner.setProperty(ListCases.DIMENSIONS, DimensionChoice.TWO.getValue());
        runner.run();

        listed().getFirst().assertAttributeEquals(PlanAttributes.DIMENSIONS, "2");
        assertTrue(listed().getFirst().getAttribute(PlanAttributes.PATCH).startsWith("1,"));
    }

    @Test
    @ProvesOption("ListCases: Foreground Channel")
    void theForegroundMaskIsPlannedOnDemand() {
        runner.setProperty(ListCases.FOREGROUND_CHANNEL, "true");
        runner.run();

        listed().getFirst().assertAttributeEquals(PlanAttributes.FOREGROUND_CHANNEL, "true");
    }

    @Test
    void listsADatasetOnceAndNotAgainAfterARestart() throws IOException {
        runner.run();
        final TestRunner restarted = TestRunners.newTestRunner(ListCases.class);
        restarted.setIncomingConnection(false);
        restarted.setProperty(ListCases.DATASET_FOLDER, flow.dataset().toString());
        restarted.getStateManager().setState(runner.getStateManager().getState(Scope.CLUSTER).toMap(), Scope.CLUSTER);
        restarted.run(3);

        restarted.assertTransferCount(ListCases.SUCCESS, 0);
    }

    @Test
    void aListingThatWasCutOffByACrashIsSentAgainUnderItsIdentifier() throws IOException {
        runner.run();
        final Map<String, String> state = new HashMap<>(runner.getStateManager().getState(Scope.CLUSTER).toMap());
        state.put("sent", "false");
        runner.getStateManager().setState(state, Scope.CLUSTER);
        runner.run();

        final Set<String> identifiers = listed().stream().map(flowFile -> flowFile.getAttribute(CaseAttributes.FRAGMENT_IDENTIFIER)).collect(Collectors.toSet());
        assertEquals(2 * flow.cases(), listed().size());
        assertEquals(1, identifiers.size());
    }

    @Test
    void listsAgainWhenTheDatasetChangesOrTheStateIsCleared() throws IOException {
        runner.run();
        Files.setLastModifiedTime(flow.dataset().resolve("dataset.json"), FileTime.fromMillis(1));
        runner.run();
        runner.getStateManager().clear(Scope.CLUSTER);
        runner.run();

        assertEquals(3 * flow.cases(), listed().size());
    }

    @Test
    @ProvesOption("ListCases: Fold")
    void aTriggerListsEveryTimeAndLeavesItsAttributesAndPlan() {
        runner.setIncomingConnection(true);
        runner.setProperty(ListCases.SPLIT, SplitChoice.VALIDATION.getValue());
        runner.setProperty(ListCases.FOLD, "${nnunet.fold}");
        final Map<String, String> trigger = new HashMap<>(flow.listed().getFirst().getAttributes());
        trigger.put(PlanAttributes.JSON, trigger.get(PlanAttributes.JSON).replace("Phantom", "Of the model"));
        trigger.put(CaseAttributes.FOLD, "2");
        trigger.put(CaseAttributes.MODEL_PATH, "/models/best.pt");
        runner.enqueue("model", trigger);
        runner.enqueue("model", trigger);
        runner.run(2);

        assertEquals(2, listed().size());
        listed().getFirst().assertAttributeEquals(CaseAttributes.CASE_FOLD, "2");
        listed().getFirst().assertAttributeEquals(CaseAttributes.MODEL_PATH, "/models/best.pt");
        listed().getFirst().assertAttributeEquals(PlanAttributes.NAME, "Of the model");
        listed().getFirst().assertContentEquals("");
    }

    @Test
    void aLimitLeavesTheFirstCases() {
        runner.setProperty(ListCases.CASE_LIMIT, "3");
        runner.setProperty(ListCases.FOLDS, "3");
        runner.run();

        assertEquals(Set.of("phantom_001", "phantom_002", "phantom_003"), ids(listed()));
    }

    @Test
    void aMalformedDescriptionFailsOnceWithASentence() throws IOException {
        Files.writeString(flow.dataset().resolve("dataset.json"), "{ \"name\": ");
        runner.run(3);

        runner.assertTransferCount(ListCases.SUCCESS, 0);
        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aFolderThatIsNotThereFailsTheTriggerAsItCame() {
        runner.setIncomingConnection(true);
        runner.setProperty(ListCases.DATASET_FOLDER, "${folder}");
        runner.enqueue("go", Map.of("folder", folder.resolve("absent").toString()));
        runner.run();

        Runners.assertFailed(runner, "unreadable").assertContentEquals("go");
    }

    @Test
    void aTriggersFoldThatIsNotThereIsRefusedWithASentence() {
        runner.setIncomingConnection(true);
        runner.setProperty(ListCases.SPLIT, SplitChoice.VALIDATION.getValue());
        runner.setProperty(ListCases.FOLD, "${nnunet.fold}");
        runner.enqueue("model", Map.of(CaseAttributes.FOLD, "5"));
        runner.run();

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void aSplitWithoutCasesIsRefusedWithASentence() {
        runner.setProperty(ListCases.SPLIT, SplitChoice.TEST.getValue());
        runner.run();

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void aDatasetOutsideTheCatalogueIsPlannedByTheRulesChosen() throws CaseException {
        runner.run();
        runner.clearTransferState();
        runner.setProperty(ListCases.PLANNING_RULES, PlanningChoice.NNUNET.getValue());
        runner.run();
        final MockFlowFile planned = listed().getFirst();
        assertTrue(PlanAttributes.require(planned.getAttributes()).network().isPresent());
        planned.assertAttributeEquals(PlanAttributes.BATCH_SIZE, "2");

        runner.clearTransferState();
        runner.setProperty(ListCases.PLANNING_RULES, PlanningChoice.REFERENCE.getValue());
        runner.run();
        assertTrue(PlanAttributes.require(listed().getFirst().getAttributes()).network().isEmpty());
        listed().getFirst().assertAttributeNotExists(PlanAttributes.BATCH_SIZE);
    }

    @Test
    void memoryToPlanForIsAPositiveNumber() {
        runner.setProperty(ListCases.PLANNING_RULES, PlanningChoice.NNUNET.getValue());
        runner.setProperty(ListCases.PLANNING_MEMORY, "0");
        runner.assertNotValid();
        runner.setProperty(ListCases.PLANNING_MEMORY, "23.5");
        runner.assertValid();
    }

    @Test
    void aCheckedDatasetThatIsSoundIsListed() {
        runner.setProperty(ListCases.CHECK_DATASET, "true");
        runner.run();
        assertEquals(flow.cases(), listed().size());
    }

    @Test
    void aCheckNamesEveryBadFileAtOnceAndListsNothing() throws IOException {
        final Path missing = flow.dataset().resolve("imagesTr/phantom_001.nii.gz");
        Files.delete(missing);
        Files.writeString(flow.dataset().resolve("labelsTr/phantom_003.nii.gz"), "not a NIfTI");
        runner.setProperty(ListCases.CHECK_DATASET, "true");
        runner.run();

        runner.assertTransferCount(ListCases.SUCCESS, 0);
        final MockFlowFile failed = Runners.assertFailed(runner, "unreadable");
        final String sentence = failed.getAttribute(CaseAttributes.ERROR);
        assertTrue(sentence.contains("Errors: 2") && sentence.contains("phantom_001.nii.gz") && sentence.contains("phantom_003.nii.gz"), sentence);
        failed.assertAttributeEquals("mime.type", "application/json");
        assertTrue(failed.getContent().contains("\"errors\" : 2"), failed.getContent());
    }

    @Test
    void aFaultyDatasetIsCheckedAgainWhenAFileChanges() throws IOException {
        final Path label = flow.dataset().resolve("labelsTr/phantom_003.nii.gz");
        final byte[] sound = Files.readAllBytes(label);
        Files.writeString(label, "not a NIfTI");
        runner.setProperty(ListCases.CHECK_DATASET, "true");
        runner.run(3);
        runner.assertTransferCount(ListCases.FAILURE, 1);

        Files.write(label, sound);
        runner.run();
        runner.assertTransferCount(ListCases.FAILURE, 1);
        assertEquals(flow.cases(), listed().size());
    }

    @Test
    void aCheckLeavesItsTriggerAsItCame() throws IOException {
        Files.delete(flow.dataset().resolve("imagesTr/phantom_001.nii.gz"));
        runner.setIncomingConnection(true);
        runner.setProperty(ListCases.CHECK_DATASET, "true");
        runner.enqueue("go");
        runner.run();

        Runners.assertFailed(runner, "unreadable").assertContentEquals("go");
    }

    private List<MockFlowFile> listed() {
        return runner.getFlowFilesForRelationship(ListCases.SUCCESS);
    }

    private static Set<String> ids(final List<MockFlowFile> flowFiles) {
        return flowFiles.stream().map(flowFile -> flowFile.getAttribute(CaseAttributes.CASE_ID)).collect(Collectors.toSet());
    }
}
