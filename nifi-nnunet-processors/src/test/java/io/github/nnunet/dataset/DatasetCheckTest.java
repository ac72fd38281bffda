/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatasetCheckTest {
    private static final int VOXELS = 2 * 3 * 4;
    private static final Orientation PLACE = Orientation.aligned(1, 1, 1);

    @TempDir
    private Path folder;

    /** Six sound cases of 4x3x2 voxels with the classes 0, 1 and 2. */
    @BeforeEach
    void writeSoundDataset() throws IOException {
        Files.createDirectories(folder.resolve("imagesTr"));
        Files.createDirectories(folder.resolve("labelsTr"));
        final StringBuilder training = new StringBuilder();
        for (final char id : "abcdef".toCharArray()) {
            write(image(id), List.of(4, 3, 2), PLACE, values(id));
            write(label(id), List.of(4, 3, 2), PLACE, labelValues());
            training.append(training.isEmpty() ? "" : ",").append("{\"image\": \"imagesTr/%s.nii\", \"label\": \"labelsTr/%s.nii\"}".formatted(id, id));
        }

        Files.writeString(folder.resolve("dataset.json"), """
                {"name": "Blocks", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "core", "2": "rim"}, "training": [%s], "test": []}
                """.formatted(training));
    }

    private String image(final char id) {
        return "imagesTr/%s.nii".formatted(id);
    }

    private String label(final char id) {
        return "labelsTr/%s.nii".formatted(id);
    }

    private static float[] values(final int seed) {
        final float[] values = new float[VOXELS];
        for (int i = 0; i < VOXELS; i++) {
            values[i] = seed + i;
        }

        return values;
    }

    private static float[] labelValues() {
        final float[] values = new float[VOXELS];
        values[1] = 1;
        values[2] = 2;
        return values;
    }

    private void write(final String name, final List<Integer> sizes, final Orientation orientation, final float[] values) throws IOException {
        final NiftiHeader header = NiftiHeader.of(sizes, DataType.FLOAT32, orientation);
        final int voxels = Math.toIntExact(header.voxels());
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            NiftiWriter.writeHeader(out, header);
            for (int volume = 0; volume < header.volumes(); volume++) {
                NiftiWriter.writeVolume(out, header, Arrays.copyOfRange(values, volume * voxels, (volume + 1) * voxels));
            }
        }
    }

    private DatasetReport check() {
        return DatasetCheck.check(folder, NiftiLimits.forHeap());
    }

    private DatasetFinding only() {
        final List<DatasetFinding> findings = check().findings();
        assertEquals(1, findings.size(), findings.toString());
        return findings.getFirst();
    }

    private void requireOnly(final DatasetProblem problem, final String... files) {
        final DatasetFinding finding = only();
        assertEquals(problem, finding.problem(), finding.message());
        assertEquals(Arrays.stream(files).map(folder::resolve).toList(), finding.files());
    }

    @Test
    void aSoundDatasetHasNoFindings() throws CaseException {
        final DatasetReport report = check();
        assertEquals(List.of(), report.findings());
        assertEquals(6, report.cases());
        report.requireNoErrors();
    }

    @Test
    void missingFilesAreFound() throws IOException {
        Files.delete(folder.resolve(image('b')));
        requireOnly(DatasetProblem.MISSING, image('b'));
    }

    @Test
    void damagedFilesAreFound() throws IOException {
        Files.write(folder.resolve(image('b')), Arrays.copyOf(Files.readAllBytes(folder.resolve(image('b'))), 380));
        requireOnly(DatasetProblem.UNREADABLE, image('b'));
    }

    @Test
    void otherShapesAreFound() throws IOException {
        write(label('c'), List.of(3, 4, 2), PLACE, labelValues());
        requireOnly(DatasetProblem.SHAPE, label('c'));
    }

    @Test
    void otherPlacesAreFound() throws IOException {
        write(label('c'), List.of(4, 3, 2), Orientation.aligned(1, 1, 1.5), labelValues());
        requireOnly(DatasetProblem.PLACE, label('c'));
    }

    @Test
    void labelValuesThatAreNoClassAreFound() throws IOException {
        final float[] values = labelValues();
        values[5] = 7;
        values[6] = 1.5f;
        values[7] = Float.NaN;
        values[8] = -1;
        write(label('a'), List.of(4, 3, 2), PLACE, values);
        requireOnly(DatasetProblem.LABEL, label('a'));
        assertTrue(only().message().startsWith("4 voxels have values that are no class of the dataset, such as -1.0, 1.5, 7.0, NaN; the classes are {0, 1, 2}."), only().message());
    }

    @Test
    void labelsOfSeveralVolumesAreFound() throws IOException {
        write(label('a'), List.of(4, 3, 1, 2), PLACE, labelValues());
        requireOnly(DatasetProblem.LABEL, label('a'));
    }

    @Test
    void voxelsThatAreNoNumbersAreFound() throws IOException {
        final float[] values = values('d');
        values[0] = Float.NaN;
        values[9] = Float.NEGATIVE_INFINITY;
        write(image('d'), List.of(4, 3, 2), PLACE, values);
        requireOnly(DatasetProblem.NOT_FINITE, image('d'));
        assertTrue(only().message().startsWith("2 voxels"), only().message());
    }

    @Test
    void spacingsThatAreNotPositiveAreFound() throws IOException {
        write(image('d'), List.of(4, 3, 2), Orientation.aligned(1, -1, 1), values('d'));
        requireOnly(DatasetProblem.SPACING, image('d'));
    }

    @Test
    void otherNumbersOfChannelsAreFound() throws IOException {
        final float[] twice = new float[2 * VOXELS];
        Arrays.fill(twice, 3);
        write(image('e'), List.of(4, 3, 2, 2), PLACE, twice);
        requireOnly(DatasetProblem.CHANNELS, image('e'));
    }

    @Test
    void emptyImagesAreFound() throws IOException {
        write(image('e'), List.of(4, 3, 2), PLACE, new float[VOXELS]);
        requireOnly(DatasetProblem.EMPTY, image('e'));
    }

    @Test
    void theSameVoxelsUnderAnotherNameAreFound() throws IOException {
        write(image('f'), List.of(4, 3, 2), Orientation.aligned(1, 1, 1.000001), values('a'));
        requireOnly(DatasetProblem.DUPLICATE, image('f'), image('a'));
    }

    @Test
    void theSameNumbersInAnotherShapeAreNotTheSame() throws IOException {
        write(image('f'), List.of(3, 4, 2), PLACE, values('a'));
        requireOnly(DatasetProblem.SHAPE, label('f'));
    }

    @Test
    void classesThatAreMissingAreWarnedOf() throws IOException, CaseException {
        write(label('a'), List.of(4, 3, 2), PLACE, new float[VOXELS]);
        final List<DatasetFinding> findings = check().findings();
        assertEquals(List.of(DatasetProblem.CLASS_MISSING, DatasetProblem.CLASS_MISSING), findings.stream().map(DatasetFinding::problem).toList());
        assertEquals(List.of(folder.resolve(label('a'))), findings.getFirst().files());
        check().requireNoErrors();
    }

    @Test
    void aClassThatNoLabelHasIsWarnedOf() throws IOException {
        final float[] values = labelValues();
        values[2] = 1;
        for (final char id : "abcdef".toCharArray()) {
            write(label(id), List.of(4, 3, 2), PLACE, values);
        }

        assertEquals(DatasetProblem.CLASS_NOWHERE, only().problem());
        assertEquals(6, only().files().size());
    }

    @Test
    void everythingIsListedAtOnce() throws IOException {
        Files.delete(folder.resolve(image('a')));
        Files.delete(folder.resolve(label('a')));
        Files.writeString(folder.resolve(label('b')), "no NIfTI at all");
        write(label('c'), List.of(3, 4, 2), Orientation.aligned(1, 1, 2), new float[VOXELS]);
        final float[] bad = values('d');
        bad[3] = Float.POSITIVE_INFINITY;
        write(image('d'), List.of(4, 3, 2), Orientation.aligned(1, 0, 1), bad);
        write(image('f'), List.of(4, 3, 2), PLACE, values('e'));
        final DatasetReport report = check();
        assertEquals(List.of(DatasetProblem.MISSING, DatasetProblem.MISSING, DatasetProblem.UNREADABLE, DatasetProblem.SHAPE, DatasetProblem.NOT_FINITE, DatasetProblem.SPACING,
                DatasetProblem.DUPLICATE), report.errors().stream().map(DatasetFinding::problem).toList());
        final CaseException fault = assertThrows(CaseException.class, report::requireNoErrors);
        assertEquals(FaultCategory.UNREADABLE, fault.category());
        assertEquals(report.text(), fault.getMessage());
        assertTrue(report.text().contains("\nerror, missing: imagesTr/a.nii: "), report.text());
        assertEquals(1 + report.findings().size(), report.text().lines().count());
        assertTrue(report.text().lines().skip(1).limit(7).allMatch(line -> line.startsWith("error, ")), report.text());
    }

    @Test
    void jsonHasEveryFinding() throws IOException {
        Files.delete(folder.resolve(image('a')));
        write(label('b'), List.of(4, 3, 2), PLACE, new float[VOXELS]);
        final JsonNode json = new ObjectMapper().readTree(check().toJson());
        assertEquals(1, json.get("errors").intValue());
        assertEquals(2, json.get("warnings").intValue());
        assertEquals(6, json.get("cases").intValue());
        assertEquals("imagesTr/a.nii", json.get("findings").get(0).get("files").get(0).textValue());
        assertEquals("missing", json.get("findings").get(0).get("problem").textValue());
        assertEquals("warning", json.get("findings").get(1).get("severity").textValue());
    }

    @Test
    void aDescriptionThatIsNoneIsTheOnlyFinding() throws IOException {
        Files.writeString(folder.resolve("dataset.json"), "{");
        assertEquals(DatasetProblem.DESCRIPTION, only().problem());
        assertEquals(DatasetProblem.DESCRIPTION, DatasetCheck.check(folder.resolve("nowhere"), NiftiLimits.forHeap()).findings().getFirst().problem());
    }

    @Test
    void withoutDescriptionAnyWholeNumberIsAClass() throws IOException {
        Files.delete(folder.resolve("dataset.json"));
        final float[] values = labelValues();
        values[5] = 200;
        write(label('a'), List.of(4, 3, 2), PLACE, values);
        assertEquals(List.of(), check().findings());
        values[5] = 256;
        write(label('a'), List.of(4, 3, 2), PLACE, values);
        assertTrue(only().message().contains("the classes are whole numbers from 0 to 255"), only().message());
    }

    @Test
    void longListsOfFilesAreCutInTextAlone() throws IOException {
        final List<Path> files = IntStream.range(0, 12).mapToObj(number -> folder.resolve("f" + number)).toList();
        final DatasetReport report = new DatasetReport(folder, 12, List.of(new DatasetFinding(DatasetProblem.CLASS_NOWHERE, files, "fact.")));
        assertTrue(report.text().endsWith("f8, f9 and 2 more: fact."), report.text());
        assertEquals(12, new ObjectMapper().readTree(report.toJson()).get("findings").get(0).get("files").size());
    }

    @Test
    void hippocampusHasNoErrors() {
        final DatasetReport report = DatasetCheck.check(SharedFolder.require("data/Task04_Hippocampus"), NiftiLimits.forHeap());
        assertEquals(List.of(), report.errors(), report.text());
        assertTrue(report.cases() >= 208);
    }
}
