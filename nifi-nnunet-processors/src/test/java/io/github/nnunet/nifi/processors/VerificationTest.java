/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What NiFi's Verify says of the processors that have it. */
class VerificationTest {
    @TempDir
    private static Path folder;

    private static PhantomFlow flow;
    private static Plan plan;

    @BeforeAll
    static void list() throws IOException, CaseException {
        flow = new PhantomFlow(folder);
        plan = PlanAttributes.require(flow.listed().getFirst().getAttributes());
    }

    @Test
    void listCasesReadsAndPlansTheDataset() {
        final TestRunner runner = lister(flow.dataset());
        final List<ConfigVerificationResult> results = verify(runner, Map.of());

        assertOutcomes(results, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL);
        assertTrue(results.get(0).getExplanation().startsWith("Phantom: 5 labelled cases"), results.toString());
        assertEquals("5 cases would be listed", results.get(1).getExplanation());
        assertTrue(results.get(2).getExplanation().startsWith("3D, MRI, spacing "), results.toString());
        runner.assertTransferCount(ListCases.SUCCESS, 0);
    }

    @Test
    void listCasesNamesAFolderThatIsNotThere() {
        final List<ConfigVerificationResult> results = verify(lister(folder.resolve("absent")), Map.of());

        assertEquals(Outcome.FAILED, results.getFirst().getOutcome());
        assertTrue(results.getFirst().getExplanation().contains("Correct Dataset Folder"), results.toString());
    }

    @Test
    void listCasesChecksEveryFileIfItIsToCheck(@TempDir final Path damaged) throws IOException {
        final Path dataset = new PhantomFlow(damaged).dataset();
        Files.delete(dataset.resolve("labelsTr").resolve(flow.listed().getFirst().getAttribute(CaseAttributes.CASE_ID) + ".nii.gz"));
        final TestRunner runner = lister(dataset);
        runner.setProperty(ListCases.CHECK_DATASET, "true");

        final ConfigVerificationResult check = verify(runner, Map.of()).getLast();
        assertEquals("Check Dataset", check.getVerificationStepName());
        assertEquals(Outcome.FAILED, check.getOutcome());
    }

    @Test
    void predictionLoadsTheModelAndPredictsNothing() throws InitializationException, IOException {
        final Path model = TinyModel.write(folder.resolve("tiny.pt"), plan);
        final TestRunner runner = predictor();
        final List<ConfigVerificationResult> results = verify(runner, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        assertOutcomes(results, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL);
        assertEquals(List.of("Find Model", "Load Model", "Predict Blank Patch"), results.stream().map(ConfigVerificationResult::getVerificationStepName).toList());
        assertTrue(results.getLast().getExplanation().startsWith("One window of 16,16,16 voxels (z, y, x) took "), results.toString());
        runner.assertTransferCount(SlidingWindowPredict.SEGMENTATION, 0);
    }

    @Test
    void predictionSaysWhatIsWrongWithAModel() throws InitializationException, IOException {
        final TestRunner runner = predictor();
        assertOutcomes(verify(runner, Map.of()), Outcome.SKIPPED);
        assertOutcomes(verify(runner, Map.of(CaseAttributes.MODEL_PATH, folder.resolve("absent.pt").toString())), Outcome.FAILED);

        final Path letter = Files.writeString(folder.resolve("letter.pt"), "Dear reader");
        final List<ConfigVerificationResult> results = verify(runner, Map.of(CaseAttributes.MODEL_PATH, letter.toString()));
        assertOutcomes(results, Outcome.SUCCESSFUL, Outcome.FAILED, Outcome.SKIPPED);
    }

    @Test
    void trainingTellsWhatItNeedsAndHas(@TempDir final Path prepared) throws InitializationException, IOException {
        new PreparedDataset(prepared).storePlan(TinyModel.withSmallPatch(plan));
        final TestRunner runner = trainer(folder.resolve("results/of/a/run"));
        final List<ConfigVerificationResult> results = verify(runner, Map.of(CaseAttributes.PREPARED_FOLDER, prepared.toString()));

        assertOutcomes(results, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL);
        assertEquals("Phantom: 0 cases in " + prepared, results.get(0).getExplanation());
        assertTrue(results.get(1).getExplanation().matches("[\\d,]+ weights, at least \\d+ MiB of memory on the device"), results.toString());
        assertTrue(results.get(2).getExplanation().contains(" MiB are free in " + folder), results.toString());
        assertFalse(Files.exists(folder.resolve("results")));
    }

    @Test
    void trainingNeedsAJobToSayAll() throws InitializationException {
        final TestRunner runner = trainer(folder);

        assertOutcomes(verify(runner, Map.of()), Outcome.SKIPPED, Outcome.SKIPPED, Outcome.SUCCESSFUL);
        assertOutcomes(verify(runner, PlanAttributes.of(TinyModel.withSmallPatch(plan))), Outcome.SKIPPED, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL);
    }

    @Test
    void trainingRefusesWhatCannotBe() throws InitializationException, IOException {
        final TestRunner runner = trainer(Files.writeString(folder.resolve("a file"), "in the way"));
        runner.setProperty(NetworkProperties.FILTERS, "8,8");
        runner.setProperty(NetworkProperties.DEPTH, "5");
        final List<ConfigVerificationResult> results = verify(runner, PlanAttributes.of(TinyModel.withSmallPatch(plan)));

        assertOutcomes(results, Outcome.SKIPPED, Outcome.FAILED, Outcome.FAILED);
    }

    private static TestRunner lister(final Path dataset) {
        final TestRunner runner = TestRunners.newTestRunner(ListCases.class);
        runner.setProperty(ListCases.DATASET_FOLDER, dataset.toString());
        return runner;
    }

    private static TestRunner predictor() throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        addService(runner);
        runner.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
        return runner;
    }

    private static TestRunner trainer(final Path results) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(TrainUNet.class);
        addService(runner);
        runner.setProperty(TrainUNet.GPU_SERVICE, "gpu");
        runner.setProperty(TrainUNet.RESULTS_FOLDER, results.toString());
        return runner;
    }

    private static void addService(final TestRunner runner) throws InitializationException {
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
    }

    private static List<ConfigVerificationResult> verify(final TestRunner runner, final Map<String, String> attributes) {
        return ((VerifiableProcessor) runner.getProcessor()).verify(runner.getProcessContext(), runner.getLogger(), attributes);
    }

    private static void assertOutcomes(final List<ConfigVerificationResult> results, final Outcome... outcomes) {
        assertEquals(List.of(outcomes), results.stream().map(ConfigVerificationResult::getOutcome).toList(), results::toString);
    }
}
