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
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatasetFingerprintTest {

    private static JsonNode golden(final String dataset) throws IOException {
        try (InputStream in = DatasetFingerprintTest.class.getResourceAsStream("/golden/preproc/collect_spacings.json")) {
            return new ObjectMapper().readTree(in).get(dataset);
        }
    }

    private static List<Spacing> spacings(final JsonNode perCase) {
        final List<Spacing> spacings = new ArrayList<>();
        for (final JsonNode spacing : perCase) {
            spacings.add(new Spacing(spacing.get(0).doubleValue(), spacing.get(1).doubleValue(), spacing.get(2).doubleValue()));
        }

        return spacings;
    }

    /** Exact. */
    @ParameterizedTest
    @ValueSource(strings = {"Spacing_iso5", "Spacing_below3"})
    void targetSpacingIsTheMedianWhereThatIsIsotropic(final String dataset) throws IOException {
        final JsonNode golden = golden(dataset);
        final Spacing target = DatasetFingerprint.targetSpacing(spacings(golden.get("per_case_zyx")));
        assertEquals(spacings(new ObjectMapper().createArrayNode().add(golden.get("target_spacing"))).getFirst(), target);
    }

    /** Exact. The reference changes the axis of the smallest spacing; ours that of the largest, by the same percentile. */
    @ParameterizedTest
    @ValueSource(strings = {"Spacing_aniso5", "Spacing_even4", "Spacing_exact3", "Spacing_lowres_x", "Spacing_tie_xy5"})
    void theLowestResolutionTakesItsTenthPercentile(final String dataset) throws IOException {
        final JsonNode golden = golden(dataset);
        final List<Spacing> spacings = spacings(golden.get("per_case_zyx"));
        final Spacing target = DatasetFingerprint.targetSpacing(spacings);
        int smallest = 0;
        int largest = 0;
        for (int axis = 0; axis < 3; axis++) {
            final double median = golden.get("median").get(axis).doubleValue();
            smallest = median < golden.get("median").get(smallest).doubleValue() ? axis : smallest;
            largest = median > golden.get("median").get(largest).doubleValue() ? axis : largest;
        }

        assertEquals(golden.get("target_spacing").get(smallest).doubleValue(), tenthPercentile(spacings, smallest));
        for (int axis = 0; axis < 3; axis++) {
            final double expected = axis == largest ? tenthPercentile(spacings, axis) : golden.get("median").get(axis).doubleValue();
            assertEquals(expected, target.along(axis));
        }
    }

    private static double tenthPercentile(final List<Spacing> spacings, final int axis) {
        return Percentile.of(spacings.stream().mapToDouble(spacing -> spacing.along(axis)).toArray(), 10);
    }

    @Test
    void fewThickSlicesDoNotDecide() {
        final List<Spacing> spacings = List.of(new Spacing(3, 0.8, 0.8), new Spacing(3, 0.8, 0.8), new Spacing(5, 0.8, 0.8));
        assertEquals(new Spacing(3, 0.8, 0.8), DatasetFingerprint.targetSpacing(spacings));
    }

    /** Statistics to 1e-12, as golden/README.md says. */
    @Test
    void ctStatisticsAreThoseOfTheReference() throws IOException, CaseException {
        final Path folder = SharedFolder.require("golden/preproc/inputs/Task92_SynthCTaniso");
        final JsonNode ct = new ObjectMapper().readTree(SharedFolder.require("golden/preproc/ct_92_3d_training.json").toFile()).get("ct");
        final DatasetFingerprint fingerprint = DatasetFingerprint.of(DatasetDescription.read(folder));
        final CtStatistics statistics = fingerprint.ctStatistics().orElseThrow();
        final double[] expected = {ct.get("min").doubleValue(), ct.get("max").doubleValue(), ct.get("mean").doubleValue(), ct.get("std").doubleValue()};
        final double[] actual = {statistics.min(), statistics.max(), statistics.mean(), statistics.std()};
        assertArrayEquals(expected, actual, 1e-12 * 30);
    }

    @Test
    void spacingsAreReadFromTheHeaders() throws IOException, CaseException {
        final Path folder = SharedFolder.require("golden/preproc/inputs/Spacing_aniso5");
        final DatasetFingerprint fingerprint = DatasetFingerprint.of(DatasetDescription.read(folder));
        assertEquals(spacings(golden("Spacing_aniso5").get("per_case_zyx")), fingerprint.spacings());
    }

    @Test
    void voxelsOfMriAreNotRead(@TempDir final Path folder) throws IOException, CaseException {
        PhantomDataset.write(folder, 2, 1);
        assertTrue(DatasetFingerprint.of(DatasetDescription.read(folder)).ctStatistics().isEmpty());
    }

    @Test
    void noTrainingCaseIsAnError(@TempDir final Path folder) {
        final DatasetDescription empty = new DatasetDescription("x", folder, Modality.MRI, List.of("MRI"), List.of(), List.of(), List.of());
        assertThrows(CaseException.class, () -> DatasetFingerprint.of(empty));
    }

    @Test
    void damagedAndMissingCasesAreLeftOut(@TempDir final Path folder) throws IOException, CaseException {
        PhantomDataset.write(folder, 4, 1);
        final DatasetDescription whole = DatasetDescription.read(folder);
        Files.writeString(whole.training().get(1).images().getFirst(), "no scan");
        Files.delete(whole.training().get(2).label().orElseThrow());
        final DatasetDescription ct = new DatasetDescription("x", folder, Modality.CT, List.of("CT"), whole.classes(), whole.training(), List.of());
        final DatasetDescription sound = new DatasetDescription("x", folder, Modality.CT, List.of("CT"), whole.classes(),
                List.of(whole.training().get(0), whole.training().get(3)), List.of());
        final DatasetFingerprint fingerprint = DatasetFingerprint.of(ct);
        assertEquals(3, fingerprint.shapes().size());
        assertEquals(DatasetFingerprint.of(sound).ctStatistics(), fingerprint.ctStatistics());
    }

    @Test
    void aLabelOfAnotherShapeIsAnErrorNamingTheImage(@TempDir final Path folder) throws IOException, CaseException {
        PhantomDataset.write(folder, 3, 1);
        final DatasetDescription phantom = DatasetDescription.read(folder);
        final CaseFiles mixed = new CaseFiles("mixed", phantom.training().get(0).images(), phantom.training().get(1).label());
        final DatasetDescription wrong = new DatasetDescription("x", folder, Modality.CT, List.of("CT"), phantom.classes(), List.of(mixed), List.of());
        final CaseException error = assertThrows(CaseException.class, () -> DatasetFingerprint.of(wrong));
        assertEquals(FaultCategory.GEOMETRY, error.category());
        assertTrue(error.getMessage().contains("phantom_001.nii.gz"), error.getMessage());
        assertEquals(Optional.of(folder.resolve("labelsTr/phantom_002.nii.gz")), mixed.label());
    }
}
