/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.ComponentRule;
import io.github.nnunet.inference.Connectivity;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Largest components: found good by ComputeDice, kept by SlidingWindowPredict. */
class LargestComponentTest {
    @TempDir
    private static Path folder;

    private static List<MockFlowFile> listed;
    private static MockFlowFile prepared;
    private static Plan plan;
    private static Path model;

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        final PhantomFlow flow = new PhantomFlow(folder);
        listed = flow.listed();
        prepared = PhantomFlow.normalized(PhantomFlow.fetched(flow.listed(SplitChoice.VALIDATION))).getFirst();
        plan = TinyModel.withSmallPatch(PlanAttributes.require(prepared.getAttributes()));
        model = TinyModel.write(folder.resolve("tiny.pt"), plan, 3, 1, "{}");
    }

    /** What an untrained network predicts is in pieces, so each rule has something to remove. */
    @Test
    void theChosenComponentsAreKept() throws InitializationException, IOException, CaseException {
        final TestRunner runner = predictor();
        final LabelVolume raw = predict(runner, model, ComponentChoice.NONE);
        final List<Integer> classes = List.of(1, 2);
        assertCleaned(raw, ComponentRule.ofClasses(classes, Connectivity.CORNERS), predict(runner, model, ComponentChoice.CLASSES));
        runner.setProperty(SlidingWindowPredict.COMPONENT_CONNECTIVITY, ConnectivityChoice.FACES.getValue());
        assertCleaned(raw, ComponentRule.ofClasses(classes, Connectivity.FACES), predict(runner, model, ComponentChoice.CLASSES));
        assertCleaned(raw, ComponentRule.ofForeground(Connectivity.FACES), predict(runner, model, ComponentChoice.FOREGROUND));
    }

    @Test
    void theModelSaysWhatIsKept() throws InitializationException, IOException, CaseException {
        final TestRunner runner = predictor();
        final LabelVolume raw = predict(runner, model, ComponentChoice.NONE);
        final ComponentRule rule = ComponentRule.ofClasses(List.of(1, 2), Connectivity.EDGES);
        assertArrayEquals(raw.voxels(), predict(runner, model, ComponentChoice.MODEL).voxels());
        final Path saying = TinyModel.write(folder.resolve("saying.pt"), plan, 3, 1, rule.toJson());
        assertCleaned(raw, rule, predict(runner, saying, ComponentChoice.MODEL));
        final ComponentRule beside = ComponentRule.ofForeground(Connectivity.FACES);
        final Path other = Files.createDirectories(folder.resolve("run")).resolve("best.pt");
        Files.copy(saying, other);
        Files.writeString(other.resolveSibling("postprocessing.json"), beside.toJson());
        assertCleaned(raw, beside, predict(runner, other, ComponentChoice.MODEL));
    }

    private static TestRunner predictor() throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
        runner.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
        runner.setProperty(SlidingWindowPredict.OVERLAP, "0");
        return runner;
    }

    private static LabelVolume predict(final TestRunner runner, final Path file, final ComponentChoice choice) throws IOException, CaseException {
        runner.setProperty(SlidingWindowPredict.MODEL_FILE, file.toString());
        runner.setProperty(SlidingWindowPredict.KEEP_LARGEST_COMPONENT, choice.getValue());
        runner.enqueue(prepared.toByteArray(), prepared.getAttributes());
        runner.run();
        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getLast();
        return LabelFile.read(new ByteArrayInputStream(result.toByteArray()), "the segmentation", NiftiLimits.forHeap());
    }

    private static void assertCleaned(final LabelVolume raw, final ComponentRule rule, final LabelVolume actual) {
        final byte[] expected = raw.voxels().clone();
        assertTrue(rule.apply(expected, raw.geometry().shape()) > 0);
        assertArrayEquals(expected, actual.voxels());
    }

    @Test
    void whatHelpsOnTheCasesIsInTheSummary() throws IOException, CaseException {
        final TestRunner runner = TestRunners.newTestRunner(new ComputeDice(new SteppingClock()));
        runner.setProperty(ComputeDice.TRY_LARGEST_COMPONENT, "true");
        scoreWithStrayVoxels(runner);

        final MockFlowFile last = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getLast();
        last.assertAttributeEquals("filename", "postprocessing.json");
        assertTrue(ComponentRule.fromJson(last.getContent(), "test").foreground());
        final JsonNode json = new ObjectMapper().readTree(last.toByteArray());
        assertEquals(listed.size(), json.path("cases").intValue());
        assertTrue(json.path("dice").path("foreground").path("Core").doubleValue() > json.path("dice").path("none").path("Core").doubleValue());
    }

    @Test
    void nothingIsTriedUnlessAskedFor() throws IOException, CaseException {
        final TestRunner runner = TestRunners.newTestRunner(new ComputeDice(new SteppingClock()));
        scoreWithStrayVoxels(runner);

        final List<MockFlowFile> summaries = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY);
        assertFalse(summaries.stream().anyMatch(summary -> summary.getAttribute("filename").equals("postprocessing.json")));
    }

    @Test
    void theComponentsOfARuleAreThoseOfTheChosenConnectivity() throws IOException, CaseException {
        final TestRunner runner = TestRunners.newTestRunner(new ComputeDice(new SteppingClock()));
        runner.setProperty(ComputeDice.TRY_LARGEST_COMPONENT, "true");
        runner.setProperty(ComputeDice.COMPONENT_CONNECTIVITY, ConnectivityChoice.FACES.getValue());
        scoreWithStrayVoxels(runner);

        final MockFlowFile last = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getLast();
        assertEquals(Connectivity.FACES, ComponentRule.fromJson(last.getContent(), "test").connectivity());
    }

    /** The reference with a voxel of each class in a corner, far from the structures. */
    private static void scoreWithStrayVoxels(final TestRunner runner) throws IOException, CaseException {
        for (final MockFlowFile one : listed) {
            final LabelVolume label = LabelFile.read(Path.of(one.getAttribute(CaseAttributes.LABEL_PATH)), NiftiLimits.forHeap());
            final byte[] stray = label.voxels().clone();
            stray[0] = 1;
            stray[stray.length - 1] = 2;
            final ByteArrayOutputStream content = new ByteArrayOutputStream();
            LabelFile.write(content, stray, label.geometry(), true);
            runner.enqueue(content.toByteArray(), one.getAttributes());
        }

        runner.run(listed.size());
    }
}
