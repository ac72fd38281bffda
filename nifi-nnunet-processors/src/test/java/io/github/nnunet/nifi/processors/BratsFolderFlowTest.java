/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.DatasetCheck;
import io.github.nnunet.dataset.DatasetProblem;
import io.github.nnunet.dataset.DatasetReport;
import io.github.nnunet.dataset.PreparedDataset;
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
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** A folder as BraTS hands it out goes through the standard chain with the processors' defaults. */
class BratsFolderFlowTest {
    private static final List<String> MODALITIES = List.of("flair", "t1", "t1ce", "t2");
    private static final float[] FILE_LABEL = {0, 1, 2, 4, 4, 0, 1, 2};
    private static final byte[] LABEL = {0, 1, 2, 3, 3, 0, 1, 2};

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCases() throws IOException {
        for (final String id : List.of("BraTS2021_00000", "BraTS2021_00002")) {
            final Path caseFolder = Files.createDirectories(folder.resolve("dataset").resolve(id));
            for (final String modality : MODALITIES) {
                final float[] values = new float[LABEL.length];
                Arrays.fill(values, MODALITIES.indexOf(modality) + 1);
                Files.write(caseFolder.resolve("%s_%s.nii".formatted(id, modality)), nifti(values));
            }

            Files.write(caseFolder.resolve(id + "_seg.nii"), nifti(FILE_LABEL));
        }
    }

    private static byte[] nifti(final float[] values) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, values);
        return out.toByteArray();
    }

    private static void write(final OutputStream out, final float[] values) throws IOException {
        NiftiWriter.write(out, NiftiHeader.of(List.of(2, 2, 2), DataType.FLOAT32, Orientation.aligned(1, 1, 1)), new float[][] {values});
    }

    private List<MockFlowFile> listed() {
        final TestRunner runner = TestRunners.newTestRunner(ListCases.class);
        runner.setProperty(ListCases.DATASET_FOLDER, folder.resolve("dataset").toString());
        runner.setProperty(ListCases.FOLDS, "2");
        runner.setIncomingConnection(false);
        runner.run();
        runner.assertAllFlowFilesTransferred(ListCases.SUCCESS, 2);
        return runner.getFlowFilesForRelationship(ListCases.SUCCESS);
    }

    @Test
    void casesAreListedWithThePlanOfTaskEleven() {
        final MockFlowFile first = listed().getFirst();
        first.assertAttributeEquals(CaseAttributes.CASE_ID, "BraTS2021_00000");
        first.assertAttributeEquals(CaseAttributes.LABEL_MAPPING, "4:3");
        first.assertAttributeEquals(PlanAttributes.TASK, "11");
        first.assertAttributeEquals(PlanAttributes.PATCH, "128,128,128");
    }

    @Test
    void theCheckOfADatasetTakesTheFourForAClass() {
        final DatasetReport report = DatasetCheck.check(folder.resolve("dataset"), NiftiLimits.forHeap());
        final Set<DatasetProblem> ofLabels = Set.of(DatasetProblem.LABEL, DatasetProblem.CLASS_MISSING, DatasetProblem.CLASS_NOWHERE);
        assertEquals(List.of(), report.findings().stream().filter(finding -> ofLabels.contains(finding.problem())).toList());
        assertEquals(2, report.cases());
    }

    @Test
    @ProvesOption("FetchCase: Label Mapping")
    void theFetchedCaseHasAllModalitiesAndTheReferencesClasses() throws CaseException, IOException {
        final MockFlowFile fetched = Runners.through(new FetchCase(), FetchCase.SUCCESS, listed()).getFirst();
        final ScanCase scanCase = CaseFile.read(new ByteArrayInputStream(fetched.toByteArray()), "the flowfile", NiftiLimits.forHeap());
        assertEquals(MODALITIES, scanCase.channelNames());
        assertEquals(3, scanCase.channel(2)[0]);
        assertArrayEquals(LABEL, scanCase.label().orElseThrow());
    }

    @Test
    @ProvesOption("FetchCase: Label Mapping")
    void withoutTheMappingTheFourIsRefused() {
        final TestRunner runner = TestRunners.newTestRunner(FetchCase.class);
        runner.setProperty(LabelMappingProperty.LABEL_MAPPING, "");
        Runners.enqueue(runner, listed().getFirst());
        runner.run();
        Runners.assertFailed(runner, "label");
    }

    @Test
    void scoringMapsTheReferenceLabelToo() throws IOException {
        final TestRunner runner = TestRunners.newTestRunner(ComputeDice.class);
        final float[] segmentation = new float[LABEL.length];
        for (int i = 0; i < LABEL.length; i++) {
            segmentation[i] = LABEL[i];
        }
        runner.enqueue(nifti(segmentation), listed().getFirst().getAttributes());
        runner.run();
        runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst().assertAttributeEquals(CaseAttributes.DICE_MEAN, "1.0");
    }

    @Test
    void theOriginalLabelThatValidationScoresAgainstIsMappedToo() throws CaseException, IOException {
        final TestRunner runner = TestRunners.newTestRunner(CollectDataset.class);
        runner.setProperty(CollectDataset.PREPARED_FOLDER, folder.resolve("prepared").toString());
        Runners.run(runner, CollectDataset.JOB, Runners.through(new FetchCase(), FetchCase.SUCCESS, listed()));
        runner.assertTransferCount(CollectDataset.FAILURE, 0);
        assertArrayEquals(LABEL, new PreparedDataset(folder.resolve("prepared")).open("BraTS2021_00000").originalLabel().orElseThrow());
    }
}
