/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** templates/predict-folder.json: scans that lie in a folder and its subfolders, with one model, and with two as an ensemble. */
@ExtendWith(SharedNifi.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PredictFolderIT {
    private static final double LEAST_DICE = 0.5;

    private CrossValidationRun models;
    private TemplateFlow flow;
    private Path input;
    private Path output;

    @BeforeAll
    void deploy(final SharedNifi nifi) throws Exception {
        models = nifi.crossValidation();
        final Path folder = nifi.newFolder("predict-folder");
        input = Files.createDirectories(folder.resolve("scans"));
        output = folder.resolve("segmentations");
        flow = nifi.deploy("predict-folder", Map.of("Input Folder", input.toString(), "Output Folder", output.toString(), "Model Files", models.model(0).toString(),
                "Settling Time", "0 sec", "Overlap", "0.25", "Device", "cpu"));
        flow.group().start();
    }

    @AfterAll
    void remove() throws RunException {
        if (flow != null) {
            flow.close();
        }
    }

    @Test
    @Order(1)
    void aModelPredictsAScanOfASubfolderIntoTheSameSubfolder() throws Exception {
        final Path scan = testImage(0);
        copy(scan, "ward/monday/head.nii.gz");
        final Path segmentation = output.resolve("ward/monday/head.nii.gz");
        flow.awaitIdle(() -> Files.exists(segmentation));

        SegmentationCheck.assertSameGrid(scan, segmentation);
        assertTrue(SegmentationCheck.foregroundDice(segmentation, models.testLabel(scan)) > LEAST_DICE);
        assertTrue(Files.exists(input.resolve("ward/monday/head.nii.gz")));
    }

    @Test
    @Order(2)
    void aFileThatIsNoScanLeavesAReportAndHoldsUpNothing() throws Exception {
        Files.writeString(input.resolve("notes.nii.gz"), "no image at all");
        final ResultsFolder results = new ResultsFolder(output);
        flow.awaitIdle(() -> !results.failures().isEmpty());

        assertEquals(List.of("notes"), results.failures().stream().map(FailureReport::name).toList());
        assertFalse(Files.exists(output.resolve("notes.nii.gz")));
    }

    @Test
    @Order(3)
    void anEnsembleWithProbabilitiesPredictsWhatStacksFromAFileAModality() throws Exception {
        flow.group().stop();
        flow.group().setParameters(Map.of("Model Files", models.results().models().resolve("model-fold-*.pt").toString(), "Modalities", "0000", "Probabilities", "float32"));
        flow.group().start();
        final Path scan = testImage(1);
        copy(scan, "head_0000.nii.gz");
        final Path segmentation = output.resolve("head.nii.gz");
        flow.awaitIdle(() -> Files.exists(segmentation) && Files.exists(output.resolve("head_probabilities.nii")));

        SegmentationCheck.assertSameGrid(scan, segmentation);
        assertTrue(SegmentationCheck.foregroundDice(segmentation, models.testLabel(scan)) > LEAST_DICE);
        assertEquals(List.of(), flow.bulletins().stream().filter(bulletin -> !bulletin.contains("notes")).toList());
    }

    private Path testImage(final int index) throws Exception {
        return ResultsFolder.images(models.testImages()).get(index);
    }

    /** Whole at once, as whoever brings scans should do it. */
    private void copy(final Path scan, final String name) throws Exception {
        final Path target = input.resolve(name);
        Files.createDirectories(target.getParent());
        final Path partial = Files.copy(scan, target.resolveSibling("." + target.getFileName() + ".part"));
        Files.move(partial, target);
    }
}
