/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** templates/cross-validation.json: two folds of the phantom, scored together, and its test cases by their ensemble. */
@ExtendWith(SharedNifi.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossValidationIT {
    private static final double LEAST_DICE = 0.5;

    private CrossValidationRun run;
    private JsonNode scores;

    @BeforeAll
    void crossValidate(final SharedNifi nifi) throws Exception {
        run = nifi.crossValidation();
        scores = new ObjectMapper().readTree(run.results().scores().toFile());
    }

    @Test
    void everyLabelledCaseIsScoredByTheModelThatHasNotSeenIt() {
        final Set<String> ids = new TreeSet<>();
        final Set<Integer> folds = new TreeSet<>();
        scores.path("cases").forEach(node -> {
            ids.add(node.path("id").asText());
            folds.add(node.path("fold").asInt());
        });

        assertEquals(CrossValidationRun.LABELLED, ids.size());
        assertEquals(Set.of(0, 1), folds);
        assertEquals(CrossValidationRun.LABELLED, scores.path("cases").size());
    }

    @Test
    void scoresAreThereForEachFoldAndOverAll() {
        assertEquals(CrossValidationRun.FOLDS, scores.path("folds").size());
        double sum = 0;
        for (final JsonNode fold : scores.path("folds")) {
            // The phantom's larger class is learned within seconds, the smaller one takes longer.
            assertTrue(fold.path("classes").path("Body").path("dice").asDouble() > LEAST_DICE, scores::toPrettyString);
            sum += fold.path("mean").path("dice").asDouble();
        }

        // The folds are of one size.
        assertEquals(sum / CrossValidationRun.FOLDS, scores.path("mean").path("dice").asDouble(), 1e-9);
    }

    @Test
    void postProcessingIsChosenOnAllCasesAndLiesBesideTheModels() throws Exception {
        final JsonNode chosen = new ObjectMapper().readTree(run.results().models().resolve("postprocessing.json").toFile());

        assertEquals(CrossValidationRun.LABELLED, chosen.path("cases").asInt());
        assertTrue(run.hasModels());
    }

    @Test
    void theEnsemblePredictsTheTestCases() throws Exception {
        final List<Path> images = ResultsFolder.images(run.testImages());
        assertEquals(CrossValidationRun.TEST, images.size());
        for (final Path image : images) {
            final Path segmentation = run.results().path().resolve("test-segmentations").resolve(image.getFileName());
            SegmentationCheck.assertSameGrid(image, segmentation);
            final double dice = SegmentationCheck.foregroundDice(segmentation, run.testLabel(image));
            assertTrue(dice > LEAST_DICE, () -> "Dice %s of %s".formatted(dice, image));
        }
    }

    @Test
    void nothingFailedAndNothingUnexpectedIsReported() throws Exception {
        assertEquals(List.of(), run.results().failures());
        assertEquals(Set.of(), run.bulletins());
        assertTrue(Files.exists(run.results().scoreTable()));
    }
}
