/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunOptionsTest {

    @Test
    void noOptionMeansThePhantomOnAnyPort() throws UsageException {
        final RunOptions options = RunOptions.parse(List.of());

        assertEquals(Optional.empty(), options.data());
        assertEquals(0, options.port());
        assertFalse(options.keep());
        assertEquals(Map.of(), options.parameters());
    }

    @Test
    void optionsOfTheTrainingBecomeParametersOfTheFlow() throws UsageException {
        final RunOptions options = RunOptions.parse(List.of("--data", "/data/Task04", "--fold", "2", "--epochs=7", "--minutes", "15", "--filters", "16,32", "--device", "cpu",
                "--set", "Batch Size = 4"));

        assertEquals(Optional.of(Path.of("/data/Task04")), options.data());
        assertEquals(Map.of("Fold", "2", "Epochs", "7", "Time Budget", "15 min", "Filters", "16,32", "Device", "cpu", "Batch Size", "4"), options.parameters());
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "0,3"})
    void severalFoldsCanBeTrained(final String folds) throws UsageException {
        assertEquals(Map.of("Fold", folds), RunOptions.parse(List.of("--fold", folds)).parameters());
    }

    @Test
    void optionsOfNifiAreKept() throws UsageException {
        final RunOptions options = RunOptions.parse(List.of("--keep", "--resume", "--port", "8080", "--heap", "4g", "--results", "out"));

        assertTrue(options.keep());
        assertTrue(options.resume());
        assertEquals(8080, options.port());
        assertEquals("4g", options.heap());
        assertEquals(Optional.of(Path.of("out")), options.results());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fold x", "--fold", "--fold --keep", "--epochs -1", "--minutes 1.5", "--filters 16;32", "--device gpu", "--port 70000", "--heap much", "--set Batch", "--what", "data"})
    void whatCannotBeUnderstoodIsNamed(final String line) {
        final List<String> words = List.of(line.split(" "));

        final UsageException exception = assertThrows(UsageException.class, () -> RunOptions.parse(words));

        assertTrue(exception.getMessage().contains(words.getFirst()), exception.getMessage());
    }

    @Test
    void helpNamesEveryOption() {
        for (final String option : List.of("--data", "--results", "--fold", "--epochs", "--minutes", "--filters", "--device", "--set", "--port", "--heap", "--resume", "--keep", "--help")) {
            assertTrue(RunOptions.usage().contains(option), option);
        }
    }
}
