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
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The standard chain with default properties, and its processors one by one. */
class PreparationChainTest {
    @TempDir
    private static Path folder;

    private static PhantomFlow flow;

    @BeforeAll
    static void writeDataset() throws IOException {
        flow = new PhantomFlow(folder);
    }

    @Test
    void theChainPreparesEveryCaseWithoutAPropertySet() throws CaseException, IOException {
        final List<MockFlowFile> prepared = flow.prepared();

        assertEquals(flow.cases(), prepared.size());
        for (final MockFlowFile flowFile : prepared) {
            final ScanCase scanCase = read(flowFile);
            final String[] patch = flowFile.getAttribute(PlanAttributes.PATCH).split(",");
            for (int axis = 0; axis < 3; axis++) {
                assertTrue(scanCase.shape().size(axis) >= Integer.parseInt(patch[axis]), scanCase.shape().toString());
            }

            assertTrue(scanCase.label().isPresent());
            assertTrue(scanCase.history().crop().isPresent());
            assertEquals(PlanAttributes.text(scanCase.shape()), flowFile.getAttribute(CaseAttributes.CASE_SHAPE));
        }
    }

    @Test
    void fetchingKeepsTheScanAndNamesTheCase() throws CaseException, IOException {
        final MockFlowFile listed = flow.listed().getFirst();
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(listed)).getFirst();
        final ScanCase original = CaseFile.read(Path.of(listed.getAttribute(CaseAttributes.IMAGE_PATHS)), NiftiLimits.forHeap());
        final ScanCase scanCase = read(fetched);

        assertEquals(original.geometry().shape(), scanCase.shape());
        assertTrue(Arrays.equals(original.channel(0), scanCase.channel(0)));
        assertEquals(List.of("MRI"), scanCase.channelNames());
        fetched.assertAttributeEquals("filename", listed.getAttribute(CaseAttributes.CASE_ID) + ".nii");
        fetched.assertAttributeEquals("mime.type", "application/x-nifti");
        fetched.assertAttributeEquals(CaseAttributes.CASE_CHANNELS, "1");
    }

    @Test
    void aFetchAndAChangeOfContentAreInTheLineage() {
        final TestRunner fetch = TestRunners.newTestRunner(FetchCase.class);
        final List<MockFlowFile> fetched = Runners.run(fetch, FetchCase.SUCCESS, flow.listed());
        final TestRunner crop = TestRunners.newTestRunner(CropNonZero.class);
        Runners.run(crop, CropNonZero.SUCCESS, fetched);

        assertEquals(flow.cases(), count(fetch, ProvenanceEventType.FETCH));
        assertEquals(flow.cases(), count(crop, ProvenanceEventType.CONTENT_MODIFIED));
        assertEquals(flow.cases(), crop.getCounterValue("Cases Done"));
    }

    @Test
    void aCaseOfA2dPlanKeepsItsSpacing() throws CaseException, IOException {
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst();
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        runner.enqueue(fetched.toByteArray(), Map.of(PlanAttributes.SPACING, "scan"));
        runner.run();

        assertEquals(read(fetched).shape(), read(runner.getFlowFilesForRelationship(Resample.SUCCESS).getFirst()).shape());
    }

    @Test
    @ProvesOption("Resample: Threads Per Case")
    void severalThreadsShareACaseAndEndWithTheProcessor() throws IOException {
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst();
        final Map<String, String> attributes = Map.of(PlanAttributes.SPACING, "0.9,1.1,0.8");
        final TestRunner alone = TestRunners.newTestRunner(Resample.class);
        alone.enqueue(fetched.toByteArray(), attributes);
        alone.run();
        final TestRunner together = TestRunners.newTestRunner(Resample.class);
        together.setProperty(CaseThreads.THREADS_PER_CASE, "3");
        together.enqueue(fetched.toByteArray(), attributes);
        together.run(1, false);

        assertTrue(slicers().count() > 0);
        together.getFlowFilesForRelationship(Resample.SUCCESS).getFirst().assertContentEquals(alone.getFlowFilesForRelationship(Resample.SUCCESS).getFirst().toByteArray());
        together.stop();
        slicers().forEach(PreparationChainTest::join);
        assertEquals(0, slicers().count());
    }

    private static Stream<Thread> slicers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains(" slices "));
    }

    private static void join(final Thread thread) {
        try {
            assertTrue(thread.join(Duration.ofMinutes(1)), thread.getName());
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCaseOfAnEarlierStepThatHasTheSpacingAlreadyIsPassedOnUnread() throws CaseException, IOException {
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst();
        final MockFlowFile cropped = Runners.through(new CropNonZero(), CropNonZero.SUCCESS, List.of(fetched)).getFirst();
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        final Map<String, String> attributes = Map.of(PlanAttributes.SPACING, cropped.getAttribute(CaseAttributes.CASE_SPACING), "mime.type", "application/x-nifti", CaseAttributes.ERROR, "It was too large.");
        runner.enqueue(cropped.toByteArray(), attributes);
        runner.run();

        final MockFlowFile passed = runner.getFlowFilesForRelationship(Resample.SUCCESS).getFirst();
        passed.assertContentEquals(cropped.toByteArray());
        passed.assertAttributeEquals(CaseAttributes.CASE_SHAPE, PlanAttributes.text(read(cropped).shape()));
        passed.assertAttributeEquals(CaseAttributes.CASE_CHANNELS, "1");
        passed.assertAttributeNotExists(CaseAttributes.ERROR);
        assertEquals(0, count(runner, ProvenanceEventType.CONTENT_MODIFIED));
        assertEquals(1, runner.getCounterValue("Cases Done"));
    }

    @Test
    void aScanFromElsewhereThatHasTheSpacingAlreadyIsStillReadAndChecked() {
        final byte[] whole = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst().toByteArray();
        final byte[] truncated = Arrays.copyOf(whole, whole.length / 2);
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        runner.enqueue(truncated, Map.of(PlanAttributes.SPACING, "scan"));
        runner.run();

        Runners.assertFailed(runner, "unreadable", truncated);
    }

    @Test
    void theForegroundChannelIsAddedWhereThePlanAsksForIt() throws CaseException, IOException {
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst();
        final TestRunner runner = TestRunners.newTestRunner(Normalize.class);
        runner.enqueue(fetched.toByteArray(), Map.of(PlanAttributes.MODALITY, "MRI", PlanAttributes.FOREGROUND_CHANNEL, "true"));
        runner.run();

        assertEquals(2, read(runner.getFlowFilesForRelationship(Normalize.SUCCESS).getFirst()).channels().length);
    }

    @Test
    void anEarlierFaultIsTakenOffWhenASecondTrySucceeds() {
        final MockFlowFile fetched = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst();
        final TestRunner runner = TestRunners.newTestRunner(CropNonZero.class);
        runner.enqueue(fetched.toByteArray(), Map.of(CaseAttributes.ERROR, "It was too large.", CaseAttributes.ERROR_CATEGORY, "memory"));
        runner.run();

        runner.getFlowFilesForRelationship(CropNonZero.SUCCESS).getFirst().assertAttributeNotExists(CaseAttributes.ERROR);
    }

    @Test
    void anAllZeroImageCannotBeCropped() throws CaseException, IOException {
        final ScanCase original = read(PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst());
        final ScanCase empty = new ScanCase(original.channelNames(), new float[][] {new float[original.shape().voxels()]}, null, original.geometry(), original.history());
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        CaseFile.write(content, empty);
        final TestRunner runner = TestRunners.newTestRunner(CropNonZero.class);
        runner.enqueue(content.toByteArray());
        runner.run();

        final MockFlowFile failed = runner.getFlowFilesForRelationship(CropNonZero.FAILURE).getFirst();
        failed.assertAttributeExists(CaseAttributes.ERROR);
        failed.assertContentEquals(content.toByteArray());
    }

    @Test
    void bytesThatAreNoNiftiFileFailAsTheyCame() {
        final byte[] noise = "This is a letter, not a scan.".repeat(40).getBytes(StandardCharsets.UTF_8);
        final TestRunner runner = TestRunners.newTestRunner(CropNonZero.class);
        runner.enqueue(noise);
        runner.run();

        Runners.assertFailed(runner, "unreadable", noise);
    }

    @Test
    void aTruncatedFileFailsAsItCame() {
        final byte[] whole = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst().toByteArray();
        final byte[] truncated = Arrays.copyOf(whole, whole.length / 2);
        final TestRunner runner = TestRunners.newTestRunner(CropNonZero.class);
        runner.enqueue(truncated);
        runner.run();

        Runners.assertFailed(runner, "unreadable", truncated);
        assertEquals(1, runner.getCounterValue("Cases Failed"));
    }

    @Test
    void aCaseWithoutAPlanSaysWhereToGetOne() {
        final byte[] content = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst().toByteArray();
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        runner.enqueue(content);
        runner.run();

        final MockFlowFile failed = Runners.assertFailed(runner, "unsupported", content);
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains("AttachPlan"), failed.getAttribute(CaseAttributes.ERROR));
    }

    @Test
    void aSpacingThatWouldTakeMoreMemoryThanThereIsIsRefusedBeforeWork() {
        final byte[] content = PhantomFlow.fetched(List.of(flow.listed().getFirst())).getFirst().toByteArray();
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        runner.setProperty(Resample.TARGET_SPACING, "0.02,0.02,0.02");
        runner.enqueue(content);
        runner.run();

        Runners.assertFailed(runner, "memory", content);
    }

    private static ScanCase read(final MockFlowFile flowFile) throws CaseException, IOException {
        return CaseFile.read(new ByteArrayInputStream(flowFile.toByteArray()), "the flowfile", NiftiLimits.forHeap());
    }

    private static long count(final TestRunner runner, final ProvenanceEventType type) {
        return runner.getProvenanceEvents().stream().map(ProvenanceEventRecord::getEventType).filter(type::equals).count();
    }
}
