/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.PhantomDataset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatasetSizeTest {
    @TempDir
    private static Path dataset;

    @BeforeAll
    static void writeDataset() throws IOException {
        PhantomDataset.write(dataset, 5, 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 2", "all, 5", "'0,1', 5", "'1, 1', 2"})
    void validationCasesAreThoseOfTheChosenFolds(final String chosen, final int validation) throws RunException {
        assertEquals(new DatasetSize("Phantom", 5, validation), DatasetSize.of(dataset, 2, ChosenFolds.parse(chosen, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "0,2", "-1", "some", ""})
    void foldsThatAreNotThereAreRefused(final String chosen) {
        assertThrows(RunException.class, () -> ChosenFolds.parse(chosen, 2));
    }

    @Test
    void aFolderThatIsNoDatasetIsNamed() {
        final Path nothing = dataset.resolve("nothing");

        final RunException exception = assertThrows(RunException.class, () -> DatasetSize.of(nothing, 2, List.of(0)));

        assertTrue(exception.getMessage().contains(nothing.toString()), exception.getMessage());
    }
}
