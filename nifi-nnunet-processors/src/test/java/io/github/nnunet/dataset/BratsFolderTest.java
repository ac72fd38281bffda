/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.LabelMapping;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BratsFolderTest {
    @TempDir
    private Path folder;

    private void touch(final String... files) throws IOException {
        for (final String file : files) {
            final Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "");
        }
    }

    private void touchCase(final String id) throws IOException {
        touch(id + "/" + id + "_flair.nii.gz", id + "/" + id + "_t1.nii.gz", id + "/" + id + "_t1ce.nii.gz", id + "/" + id + "_t2.nii.gz");
    }

    private String error() {
        return assertThrows(CaseException.class, () -> DatasetDescription.read(folder)).getMessage();
    }

    @Test
    void casesWithALabelAreTrainingCasesAndTheOthersTestCases() throws IOException, CaseException {
        touchCase("BraTS2021_00002");
        touchCase("BraTS2021_00000");
        touch("BraTS2021_00002/BraTS2021_00002_seg.nii.gz");
        final DatasetDescription dataset = DatasetDescription.read(folder);

        final Path labelled = folder.resolve("BraTS2021_00002");
        assertEquals(List.of(new CaseFiles("BraTS2021_00002", List.of(labelled.resolve("BraTS2021_00002_flair.nii.gz"), labelled.resolve("BraTS2021_00002_t1.nii.gz"),
                labelled.resolve("BraTS2021_00002_t1ce.nii.gz"), labelled.resolve("BraTS2021_00002_t2.nii.gz")),
                Optional.of(labelled.resolve("BraTS2021_00002_seg.nii.gz")))), dataset.training());
        assertEquals(List.of("BraTS2021_00000"), dataset.test().stream().map(CaseFiles::id).toList());
        assertEquals(List.of("flair", "t1", "t1ce", "t2"), dataset.channels());
        assertEquals(List.of(0, 1, 2, 3), dataset.classes().stream().map(LabelClass::value).toList());
        assertEquals("4:3", dataset.labelMapping().text().orElseThrow());
    }

    @Test
    void thePlanIsThatOfTaskEleven() throws IOException, CaseException {
        touchCase("a");
        touch("a/a_seg.nii.gz");
        final Plan plan = Planner.plan(DatasetDescription.read(folder), "", 3, true);
        assertEquals("11", plan.task());
        assertEquals(new Spacing(1, 1, 1), plan.spacing());
        assertEquals(new Shape(128, 128, 128), plan.patch());
        assertEquals(5, plan.inputChannels());
    }

    @Test
    void withoutLabelsItIsThatOfTaskTwelve() throws IOException, CaseException {
        touchCase("a");
        assertEquals("12", Planner.plan(DatasetDescription.read(folder), "", 3, false).task());
    }

    @Test
    void everyMissingModalityIsNamed() throws IOException {
        touch("a/a_flair.nii.gz", "a/a_t1.nii.gz", "a/a_t2.nii.gz", "b/b_t1.nii", "b/b_t1ce.nii", "b/b_t2.nii");
        final String error = error();
        assertTrue(error.contains("a_t1ce.nii.gz"), error);
        assertTrue(error.contains("b_flair.nii.gz"), error);
        assertFalse(error.contains("a_t2.nii.gz"), error);
    }

    @Test
    void aModalityThatIsThereTwiceIsRefused() throws IOException {
        touchCase("a");
        touch("a/a_t1.nii");
        assertTrue(error().contains("both the t1"), error());
    }

    @Test
    void filesOfTwoCasesInOneFolderAreRefused() throws IOException {
        touchCase("a");
        touch("a/b_seg.nii.gz");
        assertTrue(error().contains("several cases: a, b"), error());
    }

    @Test
    void otherFilesAndFoldersAreNoMatter() throws IOException, CaseException {
        touchCase("a");
        touch("survival.csv", "results/notes.txt", "a/a_mask.nii.gz", "a/._a_t1.nii.gz");
        assertEquals(1, DatasetDescription.read(folder).test().size());
    }

    @Test
    void aDecathlonFolderIsNotTakenForOne() throws IOException {
        touch("imagesTr/a_t1.nii.gz", "labelsTr/a_t1.nii.gz");
        assertFalse(BratsFolder.isOne(folder));
    }

    @Test
    void labelsOfOtherDatasetsStay() throws IOException, CaseException {
        touch("a.nii");
        Files.writeString(folder.resolve("dataset.json"), "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"background\", \"4\": \"organ\"}, \"training\": [], \"test\": [\"a.nii\"]}");
        assertEquals(LabelMapping.NONE, DatasetDescription.read(folder).labelMapping());
    }
}
