/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import javax.imageio.ImageIO;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** SlidingWindowPredict and AttachPlan with a model that nobody trained. */
class PredictionTest {
    @TempDir
    private static Path folder;

    private static List<MockFlowFile> fetched;
    private static MockFlowFile prepared;
    private static Path model;

    private TestRunner runner;

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        fetched = PhantomFlow.fetched(new PhantomFlow(folder).listed(SplitChoice.VALIDATION));
        prepared = PhantomFlow.normalized(fetched).getFirst();
        model = TinyModel.write(folder.resolve("tiny.pt"), PlanAttributes.require(prepared.getAttributes()));
    }

    @BeforeEach
    void setUp() throws InitializationException {
        runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
        runner.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
    }

    @Test
    void aSegmentationHasTheGridOfItsScanExactly() throws CaseException, IOException {
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        final LabelVolume segmentation = LabelFile.read(new ByteArrayInputStream(result.toByteArray()), "the segmentation", NiftiLimits.forHeap());
        final ScanCase scan = CaseFile.read(new ByteArrayInputStream(fetched.getFirst().toByteArray()), "the scan", NiftiLimits.forHeap());
        assertTrue(segmentation.geometry().coincides(scan.geometry(), 0));
        for (final byte value : segmentation.voxels()) {
            assertTrue(Set.of((byte) 0, (byte) 1, (byte) 2).contains(value));
        }

        result.assertAttributeEquals("filename", prepared.getAttribute(CaseAttributes.CASE_ID) + ".nii.gz");
        result.assertAttributeEquals("mime.type", "application/x-nifti+gzip");
        result.assertAttributeEquals(CaseAttributes.RESULT, "segmentation");
        result.assertAttributeExists(CaseAttributes.MODEL_DIGEST);
        runner.assertTransferCount(SlidingWindowPredict.ORIGINAL, 1);
        runner.assertTransferCount(SlidingWindowPredict.PROBABILITIES_RELATIONSHIP, 0);
        assertEquals(1, runner.getCounterValue("Cases Done"));
        assertTrue(runner.getCounterValue("Windows") > 1);
        result.assertAttributeEquals(CaseAttributes.PREDICTION_WINDOWS, runner.getCounterValue("Windows").toString());
        assertTrue(Double.parseDouble(result.getAttribute(CaseAttributes.PREDICTION_SECONDS)) > 0);
        result.assertAttributeExists(CaseAttributes.PREDICTION_WAIT);
    }

    @Test
    void oneEventHasTheCaseAsInputAndTheSegmentationAsOutput() throws CaseException, IOException {
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        final MockFlowFile segmentation = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        final MockFlowFile original = runner.getFlowFilesForRelationship(SlidingWindowPredict.ORIGINAL).getFirst();
        final ProvenanceEventRecord change = runner.getProvenanceEvents().stream().filter(event -> event.getEventType() == ProvenanceEventType.CONTENT_MODIFIED).findFirst().orElseThrow();
        assertEquals(segmentation.getAttribute(CoreAttributes.UUID.key()), change.getFlowFileUuid());
        assertEquals("Segmented by tiny.pt", change.getDetails());
        original.assertContentEquals(prepared.toByteArray());
        original.assertAttributeEquals("mime.type", CaseAttributes.NIFTI);
    }

    @Test
    void aSegmentationNamesItsClasses() throws CaseException, IOException {
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        final MockFlowFile segmentation = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        final NiftiHeader header = NiftiReader.readHeader(new ByteArrayInputStream(segmentation.toByteArray()), "the segmentation");
        final String json = new String(header.extensions().getFirst().content(), StandardCharsets.UTF_8);
        assertTrue(json.contains("{\"value\":1,\"name\":\"Body\"},{\"value\":2,\"name\":\"Core\"}"), json);
    }

    @Test
    void probabilitiesOfAllClassesAddUpToOneInTheBox() throws CaseException, IOException {
        runner.setProperty(SlidingWindowPredict.PROBABILITIES, ProbabilityChoice.FLOAT32.getValue());
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.PROBABILITIES_RELATIONSHIP).getFirst();
        final ScanCase probabilities = CaseFile.read(new ByteArrayInputStream(result.toByteArray()), "the probabilities", NiftiLimits.forHeap());
        final int middle = probabilities.shape().voxels() / 2;
        final double sum = probabilities.channel(0)[middle] + probabilities.channel(1)[middle] + probabilities.channel(2)[middle];
        assertEquals(List.of("background", "Body", "Core"), probabilities.channelNames());
        assertEquals(1, sum, 1e-5);
    }

    @Test
    void aPreviewIsSentIfAskedFor() throws IOException {
        assertFalse(runner.getProcessor().getRelationships().contains(SlidingWindowPredict.PREVIEW_RELATIONSHIP));
        runner.setProperty(SlidingWindowPredict.PREVIEW, "true");
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, model.toString()));

        final MockFlowFile preview = runner.getFlowFilesForRelationship(SlidingWindowPredict.PREVIEW_RELATIONSHIP).getFirst();
        preview.assertAttributeEquals("filename", prepared.getAttribute(CaseAttributes.CASE_ID) + "_preview.png");
        preview.assertAttributeEquals("mime.type", "image/png");
        preview.assertAttributeEquals(CaseAttributes.RESULT, "preview");
        assertTrue(ImageIO.read(new ByteArrayInputStream(preview.toByteArray())).getWidth() > 500);
    }

    @ParameterizedTest
    @CsvSource({"golden/sliding/net3d.pt, 3, 1", "golden/sliding/net2d.pt, 2, 1", "network/exported_unet.pt, 3, 2"})
    void aFileThatPythonExportedPredictsWithThePlanOfTheCase(final String resource, final int dimensions, final int channels) throws CaseException, IOException {
        final Path file = folder.resolve("python.pt");
        try (InputStream in = PredictionTest.class.getResourceAsStream("/" + resource)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }

        final Plan of = PlanAttributes.require(prepared.getAttributes());
        final List<String> names = List.of("T1", "T2").subList(0, channels);
        final Shape patch = new Shape(dimensions == 2 ? 1 : 16, 16, 16);
        final Plan plan = new Plan(of.task(), of.name(), dimensions, of.modality(), names, of.classes(), of.spacing(), patch, of.ctStatistics(), false);
        final Map<String, String> attributes = new HashMap<>(prepared.getAttributes());
        attributes.putAll(PlanAttributes.of(plan));
        attributes.put(CaseAttributes.MODEL_PATH, file.toString());
        runner.enqueue(withChannels(names), attributes);
        runner.run();

        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.SEGMENTATION).getFirst();
        final LabelVolume segmentation = LabelFile.read(new ByteArrayInputStream(result.toByteArray()), "the segmentation", NiftiLimits.forHeap());
        final ScanCase scan = CaseFile.read(new ByteArrayInputStream(fetched.getFirst().toByteArray()), "the scan", NiftiLimits.forHeap());
        assertTrue(segmentation.geometry().coincides(scan.geometry(), 0));
        final Set<Byte> values = new TreeSet<>();
        for (final byte value : segmentation.voxels()) {
            values.add(value);
        }

        assertTrue(values.size() > 1 && Set.of((byte) 0, (byte) 1, (byte) 2).containsAll(values), values::toString);
    }

    /** @return the prepared case with its channel under each of the names, and no label */
    private static byte[] withChannels(final List<String> names) throws CaseException, IOException {
        final ScanCase one = CaseFile.read(new ByteArrayInputStream(prepared.toByteArray()), "the case", NiftiLimits.forHeap());
        final float[][] channels = new float[names.size()][];
        Arrays.fill(channels, one.channel(0));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaseFile.write(out, new ScanCase(names, channels, null, one.geometry(), one.history()));
        return out.toByteArray();
    }

    @Test
    void aModelWithOtherChannelsThanTheCaseIsRefused() throws CaseException, IOException {
        final Plan plan = PlanAttributes.require(prepared.getAttributes());
        final Plan other = new Plan(plan.task(), plan.name(), 3, plan.modality(), List.of("T1", "T2"), plan.classes(), plan.spacing(), plan.patch(), plan.ctStatistics(), false);
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, TinyModel.write(folder.resolve("two.pt"), other).toString()));

        Runners.assertFailed(runner, "unsupported", prepared.toByteArray());
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        final Path file = Files.writeString(folder.resolve("letter.pt"), "Dear reader");
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, file.toString()));

        Runners.assertFailed(runner, "unreadable", prepared.toByteArray());
    }

    @Test
    void aModelThatIsNotThereIsSaid() {
        predict(prepared, Map.of(CaseAttributes.MODEL_PATH, folder.resolve("absent.pt").toString()));

        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aCaseWithoutAModelIsSaid() {
        predict(prepared, Map.of());

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void aPlanComesFromAModelFile() {
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, model.toString());
        attach.enqueue("scan", Map.of("filename", "knee.nii.gz"));
        attach.run();

        final MockFlowFile planned = attach.getFlowFilesForRelationship(AttachPlan.SUCCESS).getFirst();
        planned.assertAttributeEquals(PlanAttributes.NAME, "Phantom");
        planned.assertAttributeEquals(PlanAttributes.PATCH, "16,16,16");
        planned.assertAttributeEquals(CaseAttributes.MODEL_PATH, model.toString());
        planned.assertAttributeEquals(CaseAttributes.CASE_ID, "knee");
        planned.assertContentEquals("scan");
    }

    @Test
    void aPlanComesFromJson() throws IOException {
        final Path file = Files.writeString(folder.resolve("plan.json"), prepared.getAttribute(PlanAttributes.JSON));
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, file.toString());
        attach.enqueue("scan");
        attach.run();

        attach.getFlowFilesForRelationship(AttachPlan.SUCCESS).getFirst().assertAttributeEquals(PlanAttributes.NAME, "Phantom");
    }

    @Test
    void aFileWithoutAPlanIsRefused() throws IOException {
        final Path file = Files.writeString(folder.resolve("notes.txt"), "remember the milk");
        final TestRunner attach = TestRunners.newTestRunner(AttachPlan.class);
        attach.setProperty(AttachPlan.PLAN_FILE, "${plan}");
        attach.enqueue("scan", Map.of("plan", file.toString()));
        attach.run();

        attach.assertTransferCount(AttachPlan.FAILURE, 1);
        attach.getFlowFilesForRelationship(AttachPlan.FAILURE).getFirst().assertAttributeExists(CaseAttributes.ERROR);
    }

    private void predict(final MockFlowFile flowFile, final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(flowFile.getAttributes());
        attributes.putAll(more);
        runner.enqueue(flowFile.toByteArray(), attributes);
        runner.run();
    }
}
