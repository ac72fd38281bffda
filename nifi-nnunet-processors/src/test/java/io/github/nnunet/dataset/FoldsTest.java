/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.fault.CaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FoldsTest {

    private static JsonNode golden() throws IOException {
        try (InputStream in = FoldsTest.class.getResourceAsStream("/golden/kfold.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static int[] ints(final JsonNode list) {
        final int[] values = new int[list.size()];
        Arrays.setAll(values, i -> list.get(i).intValue());
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 260, 484})
    void foldsAreThoseOfScikitLearn(final int cases) throws IOException, CaseException {
        final List<Fold> folds = Folds.kfold(cases, 5, Folds.SEED);
        final JsonNode expected = golden().get(Integer.toString(cases));
        assertEquals(expected.size(), folds.size());
        for (int fold = 0; fold < 5; fold++) {
            assertArrayEquals(ints(expected.get(fold).get("train")), folds.get(fold).training());
            assertArrayEquals(ints(expected.get(fold).get("val")), folds.get(fold).validation());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 260, 484})
    void shufflesAsNumpyDoes(final int cases) throws IOException {
        final int[] values = new int[cases];
        Arrays.setAll(values, i -> i);
        new MersenneTwister(Folds.SEED).shuffle(values);
        assertArrayEquals(ints(golden().get("shuffled_indices_RandomState12345").get(Integer.toString(cases))), values);
    }

    @Test
    void firstWordsAreThoseOfTheGenerator() throws IOException {
        final MersenneTwister twister = new MersenneTwister(Folds.SEED);
        for (final JsonNode word : golden().get("mt19937_raw_uint32")) {
            assertEquals(word.longValue(), Integer.toUnsignedLong(twister.nextWord()));
        }
    }

    @Test
    void theFirstFoldsTakeTheCasesLeftOver() throws CaseException {
        final List<Fold> folds = Folds.kfold(7, 3, 1);
        assertEquals(List.of(3, 2, 2), folds.stream().map(fold -> fold.validation().length).toList());
    }

    @Test
    void fewerCasesThanFoldsAreRefusedWithBothNumbers() {
        final CaseException error = assertThrows(CaseException.class, () -> Folds.kfold(3, 5, Folds.SEED));
        assertTrue(error.getMessage().contains("3 training cases"), error.getMessage());
        assertTrue(error.getMessage().contains("5 folds"), error.getMessage());
    }

    @Test
    void oneFoldIsAProgrammingError() {
        assertThrows(IllegalArgumentException.class, () -> Folds.kfold(3, 1, Folds.SEED));
    }
}
