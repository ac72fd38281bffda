/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class FoldSelectionTest {

    @Test
    void numbersAreTakenInOrderAndOnce() throws CaseException {
        assertEquals(List.of(0, 2), List.copyOf(FoldSelection.parse(" 2, 0,2", 5)));
    }

    @Test
    void allMeansEveryFold() throws CaseException {
        assertEquals(List.of(0, 1, 2), List.copyOf(FoldSelection.parse("ALL", 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "-1", "1;2", "5", "0,", "99999"})
    void whatIsNoFoldIsRefused(final String text) {
        assertThrows(CaseException.class, () -> FoldSelection.parse(text, 5));
    }
}
