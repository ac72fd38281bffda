/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

class FlowParametersTest {
    private static final Path DATASET = Path.of("/data/Task50");
    private static final Path RESULTS = Path.of("/results");

    @Test
    void phantomsTrainForFiveMinutesAndDatasetsForFifteen() throws UsageException {
        assertEquals("5 min", parameters().get("Time Budget"));
        assertEquals("15 min", parameters("--data", "/data/Task50").get("Time Budget"));
    }

    @Test
    void aNumberOfEpochsIsNotLimitedInTime() throws UsageException {
        assertFalse(parameters("--epochs", "3").containsKey("Time Budget"));
    }

    @Test
    void shortTrainingLeavesAugmentationOut() throws UsageException {
        assertEquals("none", parameters("--minutes", "60").get("Augmentation"));
        assertFalse(parameters("--minutes", "61").containsKey("Augmentation"));
        assertFalse(parameters("--epochs", "3").containsKey("Augmentation"));
    }

    @Test
    void whatWasAskedForWins() throws UsageException {
        final Map<String, String> parameters = parameters("--minutes", "5", "--filters", "8,16", "--set", "Augmentation=full");
        assertEquals("full", parameters.get("Augmentation"));
        assertEquals("8,16", parameters.get("Filters"));
    }

    @Test
    void foldersAreThoseOfTheRun() throws UsageException {
        assertEquals(DATASET.toString(), parameters().get("Dataset Folder"));
        assertEquals(RESULTS.toString(), parameters().get("Results Folder"));
    }

    private static Map<String, String> parameters(final String... arguments) throws UsageException {
        return FlowParameters.of(RunOptions.parse(List.of(arguments)), DATASET, RESULTS);
    }
}
