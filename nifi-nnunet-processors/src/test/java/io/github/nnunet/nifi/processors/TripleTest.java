/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TripleTest {

    @Test
    void readsSpacingsAndShapesInArrayOrder() throws CaseException {
        assertEquals(new Spacing(3.6, 0.62, 0.625), Triple.spacing("Target Spacing", " 3.6, 0.62 ,0.625"));
        assertEquals(new Shape(20, 320, 256), Triple.shape("Patch Size", "20,320,256"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1,1", "1,1,1,1", "1,0,1", "1,-2,1", "a,b,c", "NaN,1,1", "Infinity,1,1"})
    void whatIsNoSpacingIsRefusedWithTheNameOfTheProperty(final String text) {
        final CaseException fault = assertThrows(CaseException.class, () -> Triple.spacing("Target Spacing", text));

        assertTrue(fault.getMessage().contains("Target Spacing"), fault.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5,1,1", "0,1,1", "1,1", "99999999999,1,1"})
    void whatIsNoShapeIsRefused(final String text) {
        assertThrows(CaseException.class, () -> Triple.shape("Patch Size", text));
    }
}
