/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatasetDescriptionTest {
    private static final String NAMES = "\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"background\", \"1\": \"organ\"}";

    @TempDir
    private Path folder;

    private void touch(final String... files) throws IOException {
        for (final String file : files) {
            final Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "");
        }
    }

    private DatasetDescription read(final String json) throws IOException, CaseException {
        Files.writeString(folder.resolve("dataset.json"), json);
        return DatasetDescription.read(folder);
    }

    private String errorOf(final String json) {
        return assertThrows(CaseException.class, () -> read(json)).getMessage();
    }

    private static List<String> ids(final List<CaseFiles> cases) {
        return cases.stream().map(CaseFiles::id).toList();
    }

    @Test
    void decathlonLayoutIsRead() throws IOException, CaseException {
        touch("imagesTr/a_1.nii.gz", "labelsTr/a_1.nii.gz", "imagesTs/t.nii");
        final DatasetDescription dataset = read("""
                {"name": "Brain", "modality": {"1": "T1", "0": "FLAIR", "10": "T2"}, "labels": {"2": "tumour", "0": "background", "1": "oedema"},
                 "training": [{"image": "./imagesTr/a_1.nii.gz", "label": "./labelsTr/a_1.nii.gz"}], "test": ["./imagesTs/t.nii"]}""");
        assertEquals("Brain", dataset.name());
        assertEquals(Modality.MRI, dataset.modality());
        assertEquals(List.of("FLAIR", "T1", "T2"), dataset.channels());
        assertEquals(List.of(new LabelClass(0, "background"), new LabelClass(1, "oedema"), new LabelClass(2, "tumour")), dataset.classes());
        final Path image = folder.resolve("imagesTr/a_1.nii.gz");
        assertEquals(List.of(new CaseFiles("a_1", List.of(image), Optional.of(folder.resolve("labelsTr/a_1.nii.gz")))), dataset.training());
        assertEquals(List.of(new CaseFiles("t", List.of(folder.resolve("imagesTs/t.nii")), Optional.empty())), dataset.test());
    }

    @Test
    void casesAreInTheOrderOfTheReferencesFiles() throws IOException, CaseException {
        touch("i/c2.nii", "i/c10.nii", "i/c1.nii", "i/C3.nii", "l.nii");
        final DatasetDescription dataset = read("""
                {%s, "training": [{"image": "i/c2.nii", "label": "l.nii"}, {"image": "i/c10.nii", "label": "l.nii"},
                {"image": "i/c1.nii", "label": "l.nii"}, {"image": "i/C3.nii", "label": "l.nii"}]}""".formatted(NAMES));
        assertEquals(List.of("C3", "c10", "c1", "c2"), ids(dataset.training()));
    }

    @Test
    void ctIsKnownByItsFirstChannel() throws IOException, CaseException {
        assertEquals(Modality.CT, read("{\"modality\": {\"0\": \"CT\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": []}").modality());
    }

    @Test
    void severalImageFilesMakeOneCase() throws IOException, CaseException {
        touch("flair/p_0000.nii.gz", "t1/p_0001.nii.gz", "seg/p.nii.gz");
        final DatasetDescription dataset = read("""
                {"modality": {"0": "FLAIR", "1": "T1"}, "labels": {"0": "background", "1": "tumour"},
                 "training": [{"image": ["flair/p_0000.nii.gz", "t1/p_0001.nii.gz"], "label": "seg/p.nii.gz"}]}""");
        assertEquals(List.of("p"), ids(dataset.training()));
        assertEquals(List.of(folder.resolve("flair/p_0000.nii.gz"), folder.resolve("t1/p_0001.nii.gz")), dataset.training().getFirst().images());
    }

    @Test
    void filesOfMacOsAreIgnored() throws IOException, CaseException {
        touch("imagesTr/a.nii.gz", "labelsTr/a.nii.gz");
        final DatasetDescription dataset = read("""
                {%s, "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"},
                {"image": "./imagesTr/._a.nii.gz", "label": "./labelsTr/._a.nii.gz"}]}""".formatted(NAMES));
        assertEquals(List.of("a"), ids(dataset.training()));
    }

    @Test
    void whereNoCaseIsCompleteEveryMissingFileIsNamed() throws IOException {
        touch("imagesTr/a.nii.gz");
        final String error = errorOf("""
                {%s, "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"}], "test": ["./imagesTs/t.nii.gz"]}""".formatted(NAMES));
        assertTrue(error.contains("labelsTr/a.nii.gz"), error);
        assertTrue(error.contains("imagesTs/t.nii.gz"), error);
        assertFalse(error.contains("imagesTr/a.nii.gz"), error);
    }

    @Test
    void aCaseWithoutItsLabelIsListedWithTheOthers() throws IOException, CaseException {
        touch("imagesTr/a.nii.gz", "labelsTr/a.nii.gz", "imagesTr/b.nii.gz");
        final DatasetDescription dataset = read("""
                {%s, "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz"},
                {"image": "./imagesTr/b.nii.gz", "label": "./labelsTr/b.nii.gz"}]}""".formatted(NAMES));
        assertEquals(List.of("a", "b"), ids(dataset.training()));
    }

    @Test
    void aCaseListedTwiceIsRefused() throws IOException {
        touch("imagesTr/a.nii.gz", "other/a.nii", "labelsTr/a.nii.gz");
        final String error = errorOf("""
                {%s, "training": [{"image": "imagesTr/a.nii.gz", "label": "labelsTr/a.nii.gz"},
                {"image": "other/a.nii", "label": "labelsTr/a.nii.gz"}]}""".formatted(NAMES));
        assertTrue(error.contains("more than once: a"), error);
    }

    @Test
    void malformedJsonIsReportedWithItsLine() {
        final String error = errorOf("{\n\"name\": \"x\",\n\"labels\": {,}\n}");
        assertTrue(error.contains("line 3"), error);
        assertTrue(error.contains("dataset.json"), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "",
            "[]",
            "{}",
            "{\"modality\": {\"0\": \"MRI\"}, \"training\": []}",
            "{\"modality\": {}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": []}",
            "{\"modality\": {\"a\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": []}",
            "{\"modality\": {\"0\": 7}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": [], \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"256\": \"o\"}, \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"b\": 0, \"o\": 1.5}, \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"b\": 0, \"o\": 1, \"p\": 1}, \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"b\": 0, \"ignore\": 1}, \"training\": []}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": {}}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": [{\"image\": \"a.nii\"}]}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": [{\"image\": [], \"label\": \"a.nii\"}]}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": [7]}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": [{\"image\": \"a\\u0000.nii\", \"label\": \"b\"}]}",
            "{\"modality\": {\"0\": \"MRI\"}, \"labels\": {\"0\": \"b\", \"1\": \"o\"}, \"training\": []} trailing",
            "{\"channel_names\": {\"0\": \"MRI\"}, \"labels\": {\"b\": 0, \"o\": 1}, \"file_ending\": \".png\"}",
    })
    void descriptionsThatCannotBeUsedAreRefusedByName(final String json) {
        final String error = errorOf(json);
        assertTrue(error.contains("dataset.json"), error);
    }

    @Test
    void nnunetV2LayoutIsRead() throws IOException, CaseException {
        touch("imagesTr/b_0000.nii.gz", "imagesTr/b_0001.nii.gz", "imagesTr/a_0001.nii.gz", "imagesTr/a_0000.nii.gz", "imagesTr/._a_0000.nii.gz",
                "labelsTr/a.nii.gz", "labelsTr/b.nii.gz", "imagesTs/t_0000.nii.gz", "imagesTs/t_0001.nii.gz");
        final DatasetDescription dataset = read("""
                {"channel_names": {"0": "T2", "1": "ADC"}, "labels": {"background": 0, "TZ": 2, "PZ": 1}, "numTraining": 2, "file_ending": ".nii.gz"}""");
        assertEquals(List.of("a", "b"), ids(dataset.training()));
        assertEquals(List.of(folder.resolve("imagesTr/a_0000.nii.gz"), folder.resolve("imagesTr/a_0001.nii.gz")), dataset.training().getFirst().images());
        assertEquals(List.of("background", "PZ", "TZ"), dataset.classes().stream().map(LabelClass::name).toList());
        assertEquals(List.of("t"), ids(dataset.test()));
    }

    @Test
    void aMissingChannelOfNnunetV2IsNamed() throws IOException {
        touch("imagesTr/a_0000.nii.gz", "imagesTr/b_0000.nii.gz", "imagesTr/b_0001.nii.gz", "labelsTr/a.nii.gz");
        final String error = errorOf("{\"channel_names\": {\"0\": \"T2\", \"1\": \"ADC\"}, \"labels\": {\"background\": 0, \"PZ\": 1}}");
        assertTrue(error.contains("a_0001.nii.gz"), error);
        assertTrue(error.contains("labelsTr/b.nii.gz"), error);
    }

    @Test
    void aChannelTooManyIsNamed() throws IOException {
        touch("imagesTr/a_0000.nii.gz", "imagesTr/a_0001.nii.gz", "labelsTr/a.nii.gz");
        final String error = errorOf("{\"channel_names\": {\"0\": \"T2\"}, \"labels\": {\"background\": 0, \"PZ\": 1}}");
        assertTrue(error.contains("a_0001.nii.gz"), error);
    }

    @Test
    void nnunetV2ListOfCasesIsRead() throws IOException, CaseException {
        touch("elsewhere/x.nii.gz", "elsewhere/y.nii.gz");
        final DatasetDescription dataset = read("""
                {"channel_names": {"0": "MRI"}, "labels": {"background": 0, "organ": 1},
                 "dataset": {"case": {"images": ["elsewhere/x.nii.gz"], "label": "elsewhere/y.nii.gz"}}}""");
        assertEquals(List.of("case"), ids(dataset.training()));
    }

    @Test
    void aValueInRegionsIsNamedAfterTheSmallest() throws IOException, CaseException {
        final DatasetDescription dataset = read("""
                {"modality": {"0": "MRI"}, "training": [],
                 "labels": {"background": 0, "whole tumour": [1, 2, 3], "tumour core": [2, 3], "enhancing tumour": [3]}, "regions_class_order": [1, 2, 3]}""");
        assertEquals(List.of("background", "whole tumour", "tumour core", "enhancing tumour"), dataset.classes().stream().map(LabelClass::name).toList());
    }

    @Test
    void valuesOfNamesMayBeText() throws IOException, CaseException {
        final DatasetDescription dataset = read("{\"modality\": {\"0\": \"MRI\"}, \"training\": [], \"labels\": {\"background\": \"0\", \"organ\": \"2\"}}");
        assertEquals(List.of(new LabelClass(0, "background"), new LabelClass(2, "organ")), dataset.classes());
    }

    @Test
    void aFolderWithoutDescriptionIsReadByItsParts() throws IOException, CaseException {
        PhantomDataset.write(folder, 2, 1);
        Files.delete(folder.resolve("dataset.json"));
        final DatasetDescription dataset = DatasetDescription.read(folder);
        assertEquals(List.of("phantom_001", "phantom_002"), ids(dataset.training()));
        assertEquals(List.of("0"), dataset.channels());
        assertEquals(List.of(), dataset.classes());
    }

    @Test
    void aFolderOfScansHasTestCasesOnly() throws IOException, CaseException {
        touch("p_0000.nii.gz", "p_0001.nii.gz", "notes.txt");
        final DatasetDescription dataset = DatasetDescription.read(folder);
        assertEquals(List.of(), dataset.training());
        assertEquals(List.of("p"), ids(dataset.test()));
        assertEquals(List.of("0", "1"), dataset.channels());
    }

    @Test
    void namesThatEndInFourDigitsAreCasesWhereTheLabelsSaySo() throws IOException, CaseException {
        PhantomDataset.write(folder, 1, 1);
        Files.delete(folder.resolve("dataset.json"));
        Files.move(folder.resolve("imagesTr/phantom_001.nii.gz"), folder.resolve("imagesTr/phantom_0000.nii.gz"));
        Files.move(folder.resolve("labelsTr/phantom_001.nii.gz"), folder.resolve("labelsTr/phantom_0000.nii.gz"));
        assertEquals(List.of("phantom_0000"), ids(DatasetDescription.read(folder).training()));
    }

    @Test
    void anEmptyFolderAndNoFolderAreErrors() {
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> DatasetDescription.read(folder)).category());
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> DatasetDescription.read(folder.resolve("none"))).category());
    }

    @Test
    void hippocampusIsRead() throws IOException, CaseException {
        final DatasetDescription dataset = DatasetDescription.read(SharedFolder.require("data/Task04_Hippocampus"));
        assertEquals(208, dataset.training().size());
        assertEquals("hippocampus_001", dataset.training().getFirst().id());
        assertEquals(List.of("background", "Anterior", "Posterior"), dataset.classes().stream().map(LabelClass::name).toList());
    }
}
