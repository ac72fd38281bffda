/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** templates/brats-train.json: files of modalities are stacked, and a network learns and is scored by the regions of BraTS. */
@ExtendWith(SharedNifi.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BratsTrainIT {
    private static final int PHANTOMS = 6;
    private static final int PIECES = 2;
    private static final double LEAST_DICE = 0.5;

    private Path dataset;
    private ResultsFolder results;
    private Set<String> bulletins;
    private int patients = PHANTOMS;

    @BeforeAll
    void train(final SharedNifi nifi) throws Exception {
        final Path folder = nifi.newFolder("brats");
        dataset = folder.resolve("BraTS");
        results = new ResultsFolder(folder.resolve("results"));
        final BratsDataset brats = new BratsDataset(dataset);
        brats.addPhantoms(PHANTOMS, folder);
        final Path real = Path.of(System.getProperty("nnunet.shared")).resolve("data/brats-like");
        if (Files.isDirectory(real)) {
            brats.addRealPieces(PIECES, real);
            patients += PIECES;
        } else {
            System.out.printf("There is no %s: the system test trains on phantoms alone%n", real);
        }

        final Map<String, String> parameters = new HashMap<>(CrossValidationRun.SHORT_TRAINING);
        // No number of the catalogue: the patch is as small as the phantoms, and not the 128 voxels of BraTS.
        parameters.putAll(Map.of("Task", "Small", "Dataset Folder", dataset.toString(), "Results Folder", results.path().toString()));
        try (TemplateFlow flow = nifi.deploy("brats-train", parameters)) {
            flow.group().start();
            flow.awaitIdle(() -> Files.exists(results.scores()) || !results.failures().isEmpty());
            bulletins = flow.bulletins();
        }
    }

    @Test
    void everyPatientIsStackedAndPreparedWithFourModalitiesItsForegroundAndTheLabel() throws Exception {
        assertEquals(patients, results.progress(Map.of()).prepared());
        final JsonNode plan = new ObjectMapper().readTree(results.path().resolve("prepared/plan.json").toFile());
        assertEquals(List.of("flair", "t1", "t1ce", "t2"), new ObjectMapper().convertValue(plan.path("channels"), List.class));
    }

    @Test
    void theRegionsAreScoredAndTheNetworkHasLearnedThem() throws Exception {
        final JsonNode scores = new ObjectMapper().readTree(results.scores().toFile());
        final List<String> regions = new ArrayList<>();
        scores.path("classes").fieldNames().forEachRemaining(regions::add);
        assertEquals(List.of("WT", "TC", "ET"), regions);
        assertEquals(patients / CrossValidationRun.FOLDS, scores.path("cases").size());
        double core = 0;
        int phantoms = 0;
        for (final JsonNode one : scores.path("cases")) {
            if (one.path("id").asText().startsWith("BraTS_9")) {
                core += one.path("classes").path("TC").path("dice").asDouble();
                phantoms++;
            }
        }

        assertTrue(phantoms > 0 && core / phantoms > LEAST_DICE, scores::toPrettyString);
    }

    @Test
    void segmentationsHaveTheClassesAndTheGridOfTheirPatients() throws Exception {
        final List<Path> segmentations = ResultsFolder.images(results.segmentations());
        assertEquals(patients / CrossValidationRun.FOLDS, segmentations.size());
        for (final Path segmentation : segmentations) {
            final String id = segmentation.getFileName().toString().replace(".nii.gz", "");
            SegmentationCheck.assertSameGrid(dataset.resolve(id).resolve(id + "_flair.nii"), segmentation);
            for (final byte value : LabelFile.read(segmentation, NiftiLimits.forHeap()).voxels()) {
                assertTrue(value >= 0 && value <= 3, () -> "%s has a voxel of %d".formatted(id, value));
            }
        }
    }

    @Test
    void nothingFailed() throws Exception {
        assertEquals(List.of(), results.failures());
        assertEquals(Set.of(), bulletins);
    }
}
