/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PlannerTest {
    @TempDir
    private Path parent;

    private DatasetDescription phantom(final String folder) throws IOException, CaseException {
        PhantomDataset.write(parent.resolve(folder), 3, 5);
        return DatasetDescription.read(parent.resolve(folder));
    }

    @Test
    void aKnownTaskTakesItsNumbersFromTheCatalogue() throws IOException, CaseException {
        final Plan plan = Planner.plan(phantom("anything"), "04", 3, true);
        assertEquals("04", plan.task());
        assertEquals("Phantom", plan.name());
        assertEquals(new Shape(40, 56, 40), plan.patch());
        assertEquals(new Spacing(1, 1, 1), plan.spacing());
        assertEquals(List.of("background", "Body", "Core"), plan.classes().stream().map(LabelClass::name).toList());
        assertEquals(2, plan.inputChannels());
    }

    @Test
    void aTaskThatTheDatasetDoesNotFitIsPlannedAnew() throws IOException, CaseException {
        final Plan plan = Planner.plan(phantom("anything"), "03", 3, false);
        assertEquals(Modality.MRI, plan.modality());
        assertEquals(Optional.empty(), plan.ctStatistics());
        assertTrue(plan.patch().count() <= 48L * 56 * 48, plan.patch().toString());
    }

    @Test
    void theFoldersNameIsTrustedIfNumberAndNameAreATasks() throws IOException, CaseException {
        assertEquals(new Shape(40, 56, 40), Planner.plan(phantom("Task04_Hippocampus"), "", 3, false).patch());
        final Plan other = Planner.plan(phantom("Task04_Phantom"), "", 3, false);
        assertNotEquals(new Spacing(1, 1, 1), other.spacing());
    }

    @Test
    void anUnknownDatasetIsPlannedByItsFingerprint() throws IOException, CaseException {
        final DatasetDescription dataset = phantom(PhantomDataset.FOLDER_NAME);
        final Plan plan = Planner.plan(dataset, "", 3, false);
        assertEquals("90", plan.task());
        assertEquals(DatasetFingerprint.of(dataset).targetSpacing(), plan.spacing());
        for (int axis = 0; axis < 3; axis++) {
            assertEquals(0, plan.patch().size(axis) % 8);
        }
    }

    @Test
    void anUnknownDatasetCanBePlannedByNnunetsRules() throws IOException, CaseException {
        final DatasetDescription dataset = phantom(PhantomDataset.FOLDER_NAME);
        final Plan plan = Planner.plan(dataset, "", 3, false, PlanningOptions.NNUNET);
        final NetworkPlan network = plan.network().orElseThrow();
        assertEquals(2, network.batchSize());
        assertEquals(PlanJson.read(PlanJson.write(plan)), plan);
        assertEquals(Optional.empty(), Planner.plan(dataset, "", 3, false).network());
        assertEquals(2, Planner.plan(dataset, "", 2, false, PlanningOptions.NNUNET).network().orElseThrow().dimensions());
    }

    @Test
    void theCatalogueGoesBeforeNnunetsRules() throws IOException, CaseException {
        assertEquals(Planner.plan(phantom("anything"), "04", 3, false), Planner.plan(phantom("anything"), "04", 3, false, PlanningOptions.NNUNET));
    }

    @Test
    void aFlatPlanHasPatchesOfOneSlice() throws IOException, CaseException {
        final Plan plan = Planner.plan(phantom("anything"), "", 2, false);
        assertEquals(2, plan.dimensions());
        assertEquals(1, plan.patch().depth());
    }

    @Test
    void aForkTaskWithoutSpacingTakesItFromTheDataset() throws IOException, CaseException {
        final DatasetDescription dataset = phantom("anything");
        final Plan plan = Planner.plan(dataset, "22", 3, false);
        assertEquals(new Shape(128, 128, 128), plan.patch());
        assertEquals(DatasetFingerprint.of(dataset).targetSpacing(), plan.spacing());
    }

    @Test
    void withoutDescriptionTheLabelsSayTheClasses() throws IOException, CaseException {
        phantom("anything");
        Files.delete(parent.resolve("anything/dataset.json"));
        final Plan plan = Planner.plan(DatasetDescription.read(parent.resolve("anything")), "", 3, false);
        assertEquals(List.of(0, 1, 2), plan.classes().stream().map(LabelClass::value).toList());
    }

    @Test
    void ctIsPlannedWithStatistics() throws IOException, CaseException {
        final DatasetDescription mri = phantom("anything");
        final DatasetDescription ct = new DatasetDescription("x", mri.folder(), Modality.CT, List.of("CT"), mri.classes(), mri.training(), List.of());
        final CtStatistics statistics = Planner.plan(ct, "", 3, false).ctStatistics().orElseThrow();
        assertTrue(statistics.min() < statistics.mean() && statistics.mean() < statistics.max(), statistics.toString());
    }

    @Test
    void nothingToLearnIsAnError() throws IOException, CaseException {
        final DatasetDescription dataset = phantom("anything");
        final List<LabelClass> background = List.of(new LabelClass(0, "background"));
        final DatasetDescription empty = new DatasetDescription("x", dataset.folder(), Modality.MRI, List.of("MRI"), background, dataset.training(), List.of());
        assertThrows(CaseException.class, () -> Planner.plan(empty, "", 3, false));
        final DatasetDescription unlabelled = new DatasetDescription("x", dataset.folder(), Modality.MRI, List.of("MRI"), List.of(), List.of(), List.of());
        assertThrows(CaseException.class, () -> Planner.plan(unlabelled, "", 3, false));
    }

    @Test
    void hippocampusIsTask04() throws IOException, CaseException {
        final DatasetDescription dataset = DatasetDescription.read(SharedFolder.require("data/Task04_Hippocampus"));
        final Plan plan = Planner.plan(dataset, "", 3, false);
        assertEquals("04", plan.task());
        assertEquals(new Shape(40, 56, 40), plan.patch());
        assertEquals(new Shape(40, 56, 40), Planner.plan(dataset, "none", 3, false).patch());
    }
}
