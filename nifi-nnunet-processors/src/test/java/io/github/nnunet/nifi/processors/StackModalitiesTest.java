/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StackModalitiesTest {
    private static final int VOXELS = 24;
    private static final List<String> ROLES = List.of("flair", "t1", "t1ce", "t2", "seg");
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final SteppingClock clock = new SteppingClock();
    private final TestRunner runner = newRunner();

    private TestRunner newRunner() {
        return TestRunners.newTestRunner(new StackModalities(clock));
    }

    @Test
    void modalitiesBecomeChannelsInOrderAndTheLabelFollows() throws CaseException, IOException {
        enqueueCase("a");
        runner.run();

        final ScanCase stacked = stacked(0);
        assertEquals(List.of("flair", "t1", "t1ce", "t2"), stacked.channelNames());
        for (int channel = 0; channel < 4; channel++) {
            assertArrayEquals(filled(channel), stacked.channel(channel));
        }

        assertArrayEquals(label(4), stacked.label().orElseThrow());
        runner.assertTransferCount(StackModalities.ORIGINAL, 5);
        assertEquals(0, runner.getQueueSize().getObjectCount());
    }

    @Test
    void theCaseCarriesItsFacts() throws IOException {
        enqueueCase("BraTS2021_00000");
        runner.run();

        final MockFlowFile stacked = runner.getFlowFilesForRelationship(StackModalities.SUCCESS).getFirst();
        stacked.assertAttributeEquals(CaseAttributes.CASE_ID, "BraTS2021_00000");
        stacked.assertAttributeEquals("filename", "BraTS2021_00000.nii");
        stacked.assertAttributeEquals("mime.type", "application/x-nifti");
        stacked.assertAttributeEquals(CaseAttributes.CASE_SHAPE, "2,3,4");
        stacked.assertAttributeEquals(CaseAttributes.CASE_CHANNELS, "4");
    }

    @Test
    void attributesThatAllFilesShareStay() throws IOException {
        for (final String role : ROLES) {
            enqueue("x", role, Map.of("study", "s1", "series", role));
        }
        runner.run();

        final MockFlowFile stacked = runner.getFlowFilesForRelationship(StackModalities.SUCCESS).getFirst();
        stacked.assertAttributeEquals("study", "s1");
        stacked.assertAttributeNotExists("series");
    }

    /** Nothing depends on the order of arrival, nor on when the processor looks. */
    @Property(tries = 40)
    void anyOrderOfArrivalGivesTheSameCases(@ForAll("arrivals") final List<String> arrivals, @ForAll final boolean oneByOne) throws IOException, CaseException {
        final TestRunner fresh = newRunner();
        for (final String arrival : arrivals) {
            final String[] parts = arrival.split("_");
            enqueue(fresh, parts[0], parts[1], Map.of());
            if (oneByOne) {
                fresh.run();
            }
        }

        fresh.run(2);
        fresh.assertTransferCount(StackModalities.SUCCESS, 2);
        fresh.assertTransferCount(StackModalities.ORIGINAL, 10);
        for (final MockFlowFile stacked : fresh.getFlowFilesForRelationship(StackModalities.SUCCESS)) {
            final ScanCase scanCase = read(stacked);
            for (int channel = 0; channel < 4; channel++) {
                assertArrayEquals(filled(channel), scanCase.channel(channel));
            }

            assertArrayEquals(label(4), scanCase.label().orElseThrow());
        }
    }

    @Provide
    Arbitrary<List<String>> arrivals() {
        return Arbitraries.shuffle(List.of("a_flair", "a_t1", "a_t1ce", "a_t2", "a_seg", "b_flair", "b_t1", "b_t1ce", "b_t2", "b_seg"));
    }

    @Test
    void filesWaitInTheQueue() throws IOException {
        enqueue("a", "t1", Map.of());
        enqueue("b", "t2", Map.of());
        runAfter(WAIT.minusMillis(1));

        assertEquals(2, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(StackModalities.TIMEOUT, 0);
    }

    @Test
    void aCaseThatStaysIncompleteTimesOutAndNamesWhatIsMissing() throws IOException {
        final byte[] content = enqueue("a", "t1", Map.of()).toByteArray();
        enqueue("a", "flair", Map.of());
        enqueue("a", "t2", Map.of());
        runAfter(WAIT);

        runner.assertAllFlowFilesTransferred(StackModalities.TIMEOUT, 3);
        final MockFlowFile first = runner.getFlowFilesForRelationship(StackModalities.TIMEOUT).getFirst();
        assertTrue(first.getAttribute(CaseAttributes.ERROR).contains("Case a has no t1ce, seg:"), first.getAttribute(CaseAttributes.ERROR));
        first.assertAttributeEquals(CaseAttributes.ERROR_CATEGORY, "unreadable");
        assertArrayEquals(content, first.toByteArray());
    }

    @Test
    void theWaitBeginsWithTheLastFile() throws IOException {
        enqueue("a", "t1", Map.of());
        enqueue("a", "t2", Map.of()).setLastEnqueuedDate(WAIT.toMillis());
        runAfter(WAIT.plusMinutes(1));
        assertEquals(2, runner.getQueueSize().getObjectCount());

        clock.advance(WAIT);
        runner.run(1, true, false);
        runner.assertAllFlowFilesTransferred(StackModalities.TIMEOUT, 2);
    }

    @Test
    void aCompleteCaseIsStackedHoweverLateItIs() throws IOException {
        enqueueCase("a");
        clock.advance(WAIT.multipliedBy(5));
        runner.run();

        runner.assertTransferCount(StackModalities.SUCCESS, 1);
    }

    @Test
    void aNewInstanceGoesOnWhereTheFirstStopped() throws IOException {
        final List<MockFlowFile> early = List.of(enqueue("a", "t1", Map.of()), enqueue("a", "t2", Map.of()), enqueue("b", "t1", Map.of()));
        clock.advance(WAIT.dividedBy(2));
        runner.run();
        runner.assertQueueNotEmpty();

        final TestRunner again = newRunner();
        for (final MockFlowFile flowFile : early) {
            // Numbers of flowfiles begin anew with each runner, the rest is as NiFi's repository keeps it.
            again.enqueue(flowFile.toByteArray(), flowFile.getAttributes()).setLastEnqueuedDate(flowFile.getLastQueueDate());
        }

        for (final String role : List.of("seg", "flair", "t1ce")) {
            enqueue(again, "a", role, Map.of());
        }
        again.run(1, false, true);
        again.assertTransferCount(StackModalities.SUCCESS, 1);

        // While nothing ran nothing could come: the other case waits as long as if its file had just come.
        clock.advance(WAIT.minusMillis(1));
        again.run(1, false, false);
        again.assertTransferCount(StackModalities.TIMEOUT, 0);
        clock.advance(Duration.ofMillis(1));
        again.run(1, false, false);
        again.assertTransferCount(StackModalities.TIMEOUT, 1);
    }

    @Test
    void filesOnDifferentGridsFailTogether() throws IOException {
        for (final String role : ROLES) {
            runner.enqueue(nifti(role.equals("t1ce") ? 2 : 1, filled(0)), Map.of("filename", "a_" + role + ".nii"));
        }
        runner.run();

        assertAllFailed("geometry", "t1ce");
    }

    @Test
    void aLabelOnAnotherGridFailsTheCase() throws IOException {
        for (final String role : ROLES) {
            runner.enqueue(nifti(role.equals("seg") ? 2 : 1, filled(0)), Map.of("filename", "a_" + role + ".nii"));
        }
        runner.run();

        assertAllFailed("geometry", "label");
    }

    @Test
    void aDamagedFileFailsTheCaseAndIsNamed() throws IOException {
        enqueueCase("a", "t1");
        runner.enqueue("not an image", Map.of("filename", "a_t1.nii.gz"));
        runner.run();

        assertAllFailed("unreadable", "a_t1.nii.gz");
    }

    @Test
    void aFileWithSeveralVolumesFailsTheCase() throws IOException {
        enqueueCase("a", "t1");
        runner.enqueue(nifti(1, filled(1), filled(2)), Map.of("filename", "a_t1.nii"));
        runner.run();

        assertAllFailed("unsupported", "a_t1.nii");
    }

    @Test
    void aFailedCaseDoesNotStopTheNext() throws IOException {
        enqueueCase("a", "t1");
        runner.enqueue("not an image", Map.of("filename", "a_t1.nii"));
        enqueueCase("b");
        runner.run(2);

        runner.assertTransferCount(StackModalities.FAILURE, 5);
        runner.assertTransferCount(StackModalities.SUCCESS, 1);
    }

    @Test
    void theFirstOfTwoFilesOfOneRoleCounts() throws IOException, CaseException {
        enqueueCase("a", "seg");
        final MockFlowFile second = runner.enqueue(nifti(1, filled(9)), Map.of("filename", "a_t1.nii"));
        second.setEnqueuedIndex(7);
        runner.run();

        final MockFlowFile failed = runner.getFlowFilesForRelationship(StackModalities.FAILURE).getFirst();
        assertArrayEquals(second.toByteArray(), failed.toByteArray());
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains("second t1 of case a"), failed.getAttribute(CaseAttributes.ERROR));

        // It does not count for the label, which still has to come.
        runner.run();
        assertEquals(4, runner.getQueueSize().getObjectCount());
        enqueue("a", "seg", Map.of());
        runner.run();
        assertArrayEquals(filled(1), stacked(0).channel(1));
    }

    @Test
    void aRoleThatNoCaseHasIsTurnedAway() throws IOException {
        enqueue("a", "adc", Map.of());
        runner.run();

        assertTrue(Runners.assertFailed(runner, "unsupported").getAttribute(CaseAttributes.ERROR).contains("\"adc\""));
    }

    @Test
    void aFileWithoutACaseIsTurnedAway() throws IOException {
        runner.setProperty(StackModalities.CASE_NAME, "${study}");
        enqueue("a", "t1", Map.of());
        runner.run();

        assertTrue(Runners.assertFailed(runner, "unsupported").getAttribute(CaseAttributes.ERROR).contains("Case Name"));
    }

    @Test
    void caseAndRoleCanComeFromAttributes() throws IOException {
        runner.setProperty(StackModalities.ROLE, "${series}");
        for (final String role : ROLES) {
            runner.enqueue(nifti(1, filled(0)), Map.of("filename", "scan", "series", role.toUpperCase(), CaseAttributes.CASE_ID, "p7"));
        }
        runner.run();

        runner.getFlowFilesForRelationship(StackModalities.SUCCESS).getFirst().assertAttributeEquals(CaseAttributes.CASE_ID, "p7");
    }

    @Test
    @ProvesOption("StackModalities: Modalities")
    void withoutALabelRoleCasesHaveNoLabel() throws IOException, CaseException {
        runner.setProperty(StackModalities.LABEL_ROLE, "");
        runner.setProperty(StackModalities.MODALITIES, "t2, t1");
        enqueue("a", "t1", Map.of());
        enqueue("a", "t2", Map.of());
        runner.run();

        assertEquals(List.of("t2", "t1"), stacked(0).channelNames());
        assertEquals(Optional.empty(), stacked(0).label());
    }

    @Test
    void labelValuesAreMapped() throws IOException, CaseException {
        runner.setProperty(LabelMappingProperty.NO_MAPPING, "4:3");
        enqueueCase("a");
        runner.run();

        assertArrayEquals(label(3), stacked(0).label().orElseThrow());
    }

    @Test
    void aPlanThatAllFilesCarryNamesTheChannelsAndItsClassesHold() throws IOException, CaseException {
        runner.setProperty(LabelMappingProperty.NO_MAPPING, "4:1");
        for (final String role : ROLES) {
            enqueue("a", role, PlanAttributes.of(plan()));
        }
        runner.run();
        assertEquals(List.of("FLAIR", "T1", "T1Gd", "T2"), stacked(0).channelNames());

        runner.clearTransferState();
        runner.removeProperty(LabelMappingProperty.NO_MAPPING);
        for (final String role : ROLES) {
            enqueue("a", role, PlanAttributes.of(plan()));
        }
        runner.run();
        assertAllFailed("label", "the value 4");
    }

    @Test
    void filesThatCameBackFromTimeoutLoseTheMark() throws IOException {
        for (final String role : ROLES) {
            enqueue("a", role, Map.of(CaseAttributes.ERROR, "Case a has no t1", CaseAttributes.ERROR_CATEGORY, "unreadable"));
        }
        runner.run();

        runner.getFlowFilesForRelationship(StackModalities.SUCCESS).getFirst().assertAttributeNotExists(CaseAttributes.ERROR);
        runner.getFlowFilesForRelationship(StackModalities.ORIGINAL).getFirst().assertAttributeNotExists(CaseAttributes.ERROR);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        runner.setProperty(StackModalities.MODALITIES, "t1,t2,T1");
        runner.assertNotValid();
        runner.setProperty(StackModalities.MODALITIES, "t1,,t2");
        runner.assertNotValid();
        runner.setProperty(StackModalities.MODALITIES, "t1,seg");
        runner.assertNotValid();
        runner.setProperty(StackModalities.MODALITIES, "t1,t2");
        runner.assertValid();
        runner.setProperty(LabelMappingProperty.NO_MAPPING, "4-3");
        runner.assertNotValid();
    }

    /** Checksums of the voxels that nibabel reads: src/test/reference/stack_modalities.py. */
    @Test
    void realVolumesAreStackedAsNibabelReadsThem() throws IOException, CaseException, NoSuchAlgorithmException {
        final Path folder = SharedFolder.require("data/brats-like");
        final JsonNode golden;
        try (InputStream in = StackModalitiesTest.class.getResourceAsStream("/golden/brats/stack.json")) {
            assertNotNull(in);
            golden = new ObjectMapper().readTree(in);
        }

        runner.setProperty(StackModalities.MODALITIES, "fla,t1,t1c,t2");
        runner.setProperty(LabelMappingProperty.NO_MAPPING, "2:3");
        for (final String role : List.of("seg", "t2", "fla", "t1c", "t1")) {
            final String name = "TCGA-DU-7294_%s.nii.gz".formatted(role);
            runner.enqueue(Files.readAllBytes(folder.resolve(name)), Map.of("filename", name));
        }
        runner.run();

        runner.getFlowFilesForRelationship(StackModalities.SUCCESS).getFirst().assertAttributeEquals(CaseAttributes.CASE_ID, "TCGA-DU-7294");
        final ScanCase stacked = stacked(0);
        for (int channel = 0; channel < 4; channel++) {
            assertEquals(golden.get("channels").get(channel).textValue(), sha256(littleEndian(stacked.channel(channel))));
        }

        assertEquals(golden.get("label 2:3").textValue(), sha256(stacked.label().orElseThrow()));
    }

    private static byte[] littleEndian(final float[] values) {
        final ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    private static String sha256(final byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** The processor starts, and looks once more after the time. */
    private void runAfter(final Duration time) {
        runner.run(1, false, true);
        clock.advance(time);
        runner.run(1, false, false);
    }

    /** All five files of a case went to failure with one sentence. */
    private void assertAllFailed(final String category, final String word) {
        runner.assertAllFlowFilesTransferred(StackModalities.FAILURE, 5);
        for (final MockFlowFile failed : runner.getFlowFilesForRelationship(StackModalities.FAILURE)) {
            assertEquals(category, failed.getAttribute(CaseAttributes.ERROR_CATEGORY), failed.getAttribute(CaseAttributes.ERROR));
            assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains(word), failed.getAttribute(CaseAttributes.ERROR));
        }
    }

    private ScanCase stacked(final int index) throws CaseException, IOException {
        return read(runner.getFlowFilesForRelationship(StackModalities.SUCCESS).get(index));
    }

    private static ScanCase read(final MockFlowFile flowFile) throws CaseException, IOException {
        return CaseFile.read(new ByteArrayInputStream(flowFile.toByteArray()), "the flowfile", NiftiLimits.forHeap());
    }

    private void enqueueCase(final String name, final String... without) throws IOException {
        for (final String role : ROLES) {
            if (!List.of(without).contains(role)) {
                enqueue(name, role, Map.of());
            }
        }
    }

    private MockFlowFile enqueue(final String name, final String role, final Map<String, String> more) throws IOException {
        return enqueue(runner, name, role, more);
    }

    /** Every voxel of a file is the position of its role. */
    private static MockFlowFile enqueue(final TestRunner runner, final String name, final String role, final Map<String, String> more) throws IOException {
        final Map<String, String> attributes = new HashMap<>(more);
        attributes.put("filename", "%s_%s.nii".formatted(name, role));
        return runner.enqueue(nifti(1, filled(ROLES.indexOf(role))), attributes);
    }

    private static byte[] nifti(final double spacing, final float[]... volumes) throws IOException {
        final List<Integer> sizes = volumes.length == 1 ? List.of(4, 3, 2) : List.of(4, 3, 2, volumes.length);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NiftiWriter.write(out, NiftiHeader.of(sizes, DataType.FLOAT32, Orientation.aligned(spacing, spacing, spacing)), volumes);
        return out.toByteArray();
    }

    private static float[] filled(final float value) {
        final float[] values = new float[VOXELS];
        Arrays.fill(values, value);
        return values;
    }

    private static byte[] label(final int value) {
        final byte[] voxels = new byte[VOXELS];
        Arrays.fill(voxels, (byte) value);
        return voxels;
    }

    private static Plan plan() {
        return new Plan("11", "Test", 3, Modality.MRI, List.of("FLAIR", "T1", "T1Gd", "T2"), List.of(new LabelClass(0, "background"), new LabelClass(1, "core")),
                new Spacing(1, 1, 1), new Shape(16, 16, 16), Optional.empty(), false);
    }
}
