/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Spacing;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** SlidingWindowPredict with several models, models of regions, and probabilities of both kinds. */
class EnsemblePredictionTest {
    private static final float TOLERANCE = 1e-6f;
    private static final float HALF_TOLERANCE = 5e-4f;
    private static final String BRATS = "{\"settings\": {\"loss\": {\"brats\": true}}}";

    @TempDir
    private static Path folder;

    private static MockFlowFile prepared;
    private static Plan plan;
    private static Path first;
    private static Path second;
    private static Path slices;

    private TestRunner runner;

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        prepared = PhantomFlow.normalized(PhantomFlow.fetched(new PhantomFlow(folder).listed(SplitChoice.VALIDATION))).getFirst();
        plan = TinyModel.withSmallPatch(PlanAttributes.require(prepared.getAttributes()));
        first = TinyModel.write(folder.resolve("fold0.pt"), plan, 3, 1, "{}");
        second = TinyModel.write(folder.resolve("fold1.pt"), plan, 3, 2, "{}");
        slices = TinyModel.write(folder.resolve("slices.pt"), TinyModel.inTwoDimensions(plan), 3, 3, "{}");
    }

    @BeforeEach
    void setUp() throws InitializationException {
        runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
        runner.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
        runner.setProperty(SlidingWindowPredict.OVERLAP, "0");
        runner.setProperty(SlidingWindowPredict.PROBABILITIES, ProbabilityChoice.FLOAT32.getValue());
    }

    @Test
    @ProvesOption("SlidingWindowPredict: Model File")
    void anEnsembleOfFoldsAndOfBothDimensionsAveragesProbabilities() throws IOException, CaseException {
        final List<float[][]> singles = new ArrayList<>();
        for (final Path model : List.of(first, second, slices)) {
            singles.add(probabilities(model.toString()).channels());
        }

        final float[][] together = probabilities("%s, %s\n%s".formatted(first, second, slices)).channels();

        final float[][] expected = new float[3][together[0].length];
        for (int output = 0; output < 3; output++) {
            for (int voxel = 0; voxel < expected[output].length; voxel++) {
                expected[output][voxel] = (singles.get(0)[output][voxel] + singles.get(1)[output][voxel] + singles.get(2)[output][voxel]) / 3;
            }

            assertArrayEquals(expected[output], together[output], TOLERANCE);
        }

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getLast();
        final byte[] label = LabelFile.read(new ByteArrayInputStream(result.toByteArray()), "the segmentation", NiftiLimits.forHeap()).voxels();
        for (int voxel = 0; voxel < label.length; voxel++) {
            final float[] means = {together[0][voxel], together[1][voxel], together[2][voxel]};
            assertEquals(Math.max(means[0], Math.max(means[1], means[2])), means[label[voxel]]);
        }

        assertEquals(List.of(first, second, slices), ModelPaths.parse(result.getAttribute(CaseAttributes.MODEL_PATH), "case"));
        assertEquals(3, result.getAttribute(CaseAttributes.MODEL_DIGEST).split(",").length);
    }

    @Test
    void wildcardsNameAnEnsembleToo() throws IOException, CaseException {
        probabilities(folder + "/fold?.pt");

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        assertEquals(List.of(first, second), ModelPaths.parse(result.getAttribute(CaseAttributes.MODEL_PATH), "case"));
    }

    @Test
    void aCaseIsPreparedForTheFirstModelInThreeDimensionsAndPredictedByAll() throws CaseException, IOException {
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, "%s, %s/fold?.pt".formatted(slices, folder));
        attach.enqueue("scan", Map.of("filename", "knee.nii.gz"));
        attach.run();

        final MockFlowFile planned = attach.getFlowFilesForRelationship(AttachPlan.SUCCESS).getFirst();
        planned.assertAttributeEquals(PlanAttributes.DIMENSIONS, "3");
        assertEquals(List.of(slices, first, second), ModelPaths.parse(planned.getAttribute(CaseAttributes.MODEL_PATH), "case"));
    }

    @Test
    void aCaseForModelsOfSlicesIsPreparedForTheFirst() {
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, slices.toString());
        attach.enqueue("scan", Map.of("filename", "knee.nii.gz"));
        attach.run();

        attach.getFlowFilesForRelationship(AttachPlan.SUCCESS).getFirst().assertAttributeEquals(PlanAttributes.DIMENSIONS, "2");
    }

    @Test
    void aModelThatIsNotThereFailsTheCase() {
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, "%s,%s".formatted(first, folder.resolve("absent.pt")));
        attach.enqueue("scan");
        attach.run();

        Runners.assertFailed(attach, "unreadable");
    }

    @Test
    void modelsOfOtherClassesChannelsOrSpacingDoNotGoTogether() throws IOException {
        final List<LabelClass> classes = List.of(plan.classes().get(0), plan.classes().get(1), new LabelClass(9, "Shell"));
        refuse("classes", new Plan(plan.task(), plan.name(), 3, plan.modality(), plan.channels(), classes, plan.spacing(), plan.patch(), plan.ctStatistics(), false));
        refuse("channels", new Plan(plan.task(), plan.name(), 3, plan.modality(), List.of("T1", "T2"), plan.classes(), plan.spacing(), plan.patch(), plan.ctStatistics(), false));
        final Spacing spacing = new Spacing(2 * plan.spacing().z(), plan.spacing().y(), plan.spacing().x());
        refuse("spacing", new Plan(plan.task(), plan.name(), 3, plan.modality(), plan.channels(), plan.classes(), spacing, plan.patch(), plan.ctStatistics(), false));
    }

    private void refuse(final String word, final Plan other) throws IOException {
        final Path model = TinyModel.write(folder.resolve(word + ".pt"), other, 3, 4, "{}");
        runner.clearTransferState();
        predict("%s,%s".formatted(first, model));
        final MockFlowFile failed = Runners.assertFailed(runner, "unsupported", prepared.toByteArray());
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains(word), failed.getAttribute(CaseAttributes.ERROR));
    }

    @Test
    void modelsOfClassesAndOfRegionsDoNotGoTogether() throws IOException {
        final Path regions = TinyModel.write(folder.resolve("mixed-regions.pt"), plan, 3, 5, BRATS);
        predict("%s,%s".formatted(first, regions));

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void anEnsembleWithAFileThatIsNotThereIsSaid() {
        predict("%s,%s".formatted(first, folder.resolve("absent.pt")));

        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aModelTrainedOnRegionsGivesRegions() throws IOException, CaseException {
        final ScanCase regions = probabilities(TinyModel.write(folder.resolve("regions.pt"), plan, 3, 5, BRATS).toString());

        assertRegions(regions);
    }

    @Test
    @ProvesOption("SlidingWindowPredict: Outputs")
    void aModelThatSaysNothingGivesRegionsWhereToldSo() throws IOException, CaseException {
        runner.setProperty(SlidingWindowPredict.OUTPUTS, OutputChoice.BRATS.getValue());
        assertRegions(probabilities(first.toString()));
        runner.setProperty(SlidingWindowPredict.OUTPUTS, OutputChoice.CLASSES.getValue());
        assertEquals(List.of("background", "Body", "Core"), probabilities(first.toString()).channelNames());
    }

    private void assertRegions(final ScanCase regions) throws IOException, CaseException {
        assertEquals(List.of("WT", "TC", "ET"), regions.channelNames());
        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        final byte[] label = LabelFile.read(new ByteArrayInputStream(result.toByteArray()), "the segmentation", NiftiLimits.forHeap()).voxels();
        for (int voxel = 0; voxel < label.length; voxel++) {
            final int outer = regions.channel(1)[voxel] > 0.5 ? 1 : regions.channel(0)[voxel] > 0.5 ? 2 : 0;
            assertEquals(regions.channel(2)[voxel] > 0.5 ? 3 : outer, label[voxel]);
        }
    }

    @Test
    void aModelOfOneOutputGivesOneRegion() throws IOException, CaseException {
        final ScanCase region = probabilities(TinyModel.write(folder.resolve("single.pt"), plan, 1, 6, "{}").toString());

        assertEquals(List.of("Body + Core"), region.channelNames());
    }

    @Test
    @ProvesOption("SlidingWindowPredict: Probabilities")
    void halvesAreTheSameProbabilitiesInTheReferencesLayout() throws IOException, CaseException {
        final ScanCase floats = probabilities(first.toString());
        runner.setProperty(SlidingWindowPredict.PROBABILITIES, ProbabilityChoice.FLOAT16.getValue());
        predict(first.toString());

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.PROBABILITIES_RELATIONSHIP).getLast();
        result.assertAttributeEquals("filename", prepared.getAttribute(CaseAttributes.CASE_ID) + ".npy");
        result.assertAttributeEquals("mime.type", "application/x-npy");
        final NpyFile halves = NpyFile.read(new ByteArrayInputStream(result.toByteArray()), "the probabilities");
        assertEquals(NpyFile.ElementType.FLOAT16, halves.type());
        assertArrayEquals(new int[] {3, floats.shape().depth(), floats.shape().height(), floats.shape().width()}, halves.shape());
        final int voxels = floats.shape().voxels();
        final float[] values = halves.floats();
        for (int voxel = 0; voxel < voxels; voxel++) {
            assertEquals(floats.channel(2)[voxel], values[2 * voxels + voxel], HALF_TOLERANCE);
        }
    }

    private ScanCase probabilities(final String models) throws IOException, CaseException {
        predict(models);
        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.PROBABILITIES_RELATIONSHIP).getLast();
        return CaseFile.read(new ByteArrayInputStream(result.toByteArray()), "the probabilities", NiftiLimits.forHeap());
    }

    private void predict(final String models) {
        runner.setProperty(SlidingWindowPredict.MODEL_FILE, models);
        runner.enqueue(prepared.toByteArray(), prepared.getAttributes());
        runner.run();
    }
}
