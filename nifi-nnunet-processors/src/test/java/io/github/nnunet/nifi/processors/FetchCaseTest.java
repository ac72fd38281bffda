/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

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
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FetchCaseTest {
    private static final int VOXELS = 24;

    @TempDir
    private Path folder;

    private final TestRunner runner = TestRunners.newTestRunner(FetchCase.class);

    @Test
    void filesOfModalitiesBecomeChannelsInOrder() throws CaseException, IOException {
        final Path first = image("a_0000.nii", 1, filled(1));
        final Path second = image("a_0001.nii", 1, filled(2));
        fetch("[\"%s\", \"%s\"]".formatted(first, second), Map.of());

        final ScanCase scanCase = fetched();
        assertArrayEquals(filled(1), scanCase.channel(0));
        assertArrayEquals(filled(2), scanCase.channel(1));
    }

    @Test
    void thePlanNamesTheChannels() throws CaseException, IOException {
        fetch(image("a.nii", 1, filled(1), filled(2)).toString(), PlanAttributes.of(plan("T1", "T2")));

        assertEquals(List.of("T1", "T2"), fetched().channelNames());
    }

    @Test
    void aCaseWithoutANameTakesTheFilesName() throws IOException {
        fetch(image("knee.nii", 1, filled(1)).toString(), Map.of());

        final MockFlowFile fetched = runner.getFlowFilesForRelationship(FetchCase.SUCCESS).getFirst();
        fetched.assertAttributeEquals(CaseAttributes.CASE_ID, "knee");
        fetched.assertAttributeEquals(CaseAttributes.CASE_SPACING, "1.0,1.0,1.0");
        fetched.assertAttributeEquals(CaseAttributes.CASE_SHAPE, "2,3,4");
    }

    @Test
    void channelsThatAreNotThePlansAreRefused() throws IOException {
        fetch(image("a.nii", 1, filled(1)).toString(), PlanAttributes.of(plan("T1", "T2")));

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void modalitiesOnDifferentGridsAreRefused() throws IOException {
        final Path first = image("a_0000.nii", 1, filled(1));
        final Path second = image("a_0001.nii", 2, filled(2));
        fetch("[\"%s\", \"%s\"]".formatted(first, second), Map.of());

        Runners.assertFailed(runner, "geometry");
    }

    @Test
    void aLabelOnAnotherGridIsRefused() throws IOException {
        final Path label = image("label.nii", 2, filled(1));
        fetch(image("a.nii", 1, filled(1)).toString(), Map.of(CaseAttributes.LABEL_PATH, label.toString()));

        Runners.assertFailed(runner, "geometry");
    }

    @Test
    void aLabelWithFractionsIsRefused() throws IOException {
        final Path label = image("label.nii", 1, filled(0.5F));
        fetch(image("a.nii", 1, filled(1)).toString(), Map.of(CaseAttributes.LABEL_PATH, label.toString()));

        Runners.assertFailed(runner, "label");
    }

    @Test
    void aLabelWithAValueThatIsNoClassIsRefused() throws IOException {
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(plan("T1")));
        attributes.put(CaseAttributes.LABEL_PATH, image("label.nii", 1, filled(7)).toString());
        fetch(image("a.nii", 1, filled(1)).toString(), attributes);

        final MockFlowFile failed = Runners.assertFailed(runner, "label");
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains("7"));
    }

    @Test
    void aClassThatIsMissingInACaseIsNoFault() throws CaseException, IOException {
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(plan("T1")));
        attributes.put(CaseAttributes.LABEL_PATH, image("label.nii", 1, filled(0)).toString());
        fetch(image("a.nii", 1, filled(1)).toString(), attributes);

        assertArrayEquals(new byte[VOXELS], fetched().label().orElseThrow());
    }

    @Test
    void voxelsThatAreNotFiniteAreRefused() throws IOException {
        final float[] values = filled(1);
        values[5] = Float.NaN;
        fetch(image("a.nii", 1, values).toString(), Map.of());

        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        fetch(folder.resolve("absent.nii").toString(), Map.of());

        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aFlowfileWithoutPathsSaysWhereToGetThem() {
        fetch("", Map.of());

        assertTrue(Runners.assertFailed(runner, "unreadable").getAttribute(CaseAttributes.ERROR).contains("ListCases"));
    }

    @Test
    void everyMalformedFileOfTheCornerCasesFailsWithASentence() throws IOException {
        try (Stream<Path> files = Files.list(SharedFolder.require("data/nifti-corner-cases/malformed"))) {
            for (final Path file : files.toList()) {
                runner.clearTransferState();
                fetch(file.toString(), Map.of());
                runner.assertTransferCount(FetchCase.FAILURE, 1);
                assertTrue(runner.getFlowFilesForRelationship(FetchCase.FAILURE).getFirst().getAttribute(CaseAttributes.ERROR).length() > 20);
            }
        }
    }

    private void fetch(final String paths, final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(more);
        attributes.put(CaseAttributes.IMAGE_PATHS, paths);
        runner.enqueue("", attributes);
        runner.run();
    }

    private ScanCase fetched() throws CaseException, IOException {
        final MockFlowFile fetched = runner.getFlowFilesForRelationship(FetchCase.SUCCESS).getFirst();
        return CaseFile.read(new ByteArrayInputStream(fetched.toByteArray()), "the flowfile", NiftiLimits.forHeap());
    }

    private Path image(final String name, final double spacing, final float[]... volumes) throws IOException {
        final List<Integer> dimensions = volumes.length == 1 ? List.of(4, 3, 2) : List.of(4, 3, 2, volumes.length);
        final Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            NiftiWriter.write(out, NiftiHeader.of(dimensions, DataType.FLOAT32, Orientation.aligned(spacing, spacing, spacing)), volumes);
        }

        return file;
    }

    private static float[] filled(final float value) {
        final float[] values = new float[VOXELS];
        Arrays.fill(values, value);
        return values;
    }

    private static Plan plan(final String... channels) {
        return new Plan("91", "Test", 3, Modality.MRI, List.of(channels), List.of(new LabelClass(0, "background"), new LabelClass(1, "core")),
                new Spacing(1, 1, 1), new Shape(16, 16, 16), Optional.empty(), false);
    }
}
