/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LabelMappingTest {

    private static LabelVolume label(final int... values) {
        final byte[] voxels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            voxels[i] = (byte) values[i];
        }

        return new LabelVolume(voxels, new Geometry(new Shape(1, 1, values.length), Orientation.aligned(1, 1, 1)));
    }

    @Test
    void bratsLabelFourBecomesThree() throws CaseException {
        final LabelVolume mapped = LabelMapping.parse("4:3").apply(label(0, 1, 2, 4, 4));
        assertArrayEquals(new byte[] {0, 1, 2, 3, 3}, mapped.voxels());
    }

    @Test
    void valuesCanChangePlaces() throws CaseException {
        assertArrayEquals(new byte[] {2, 1, 0}, LabelMapping.parse("1:2, 2:1").apply(label(1, 2, 0)).voxels());
    }

    @Test
    void valuesAboveTheSignOfAByteAreMapped() throws CaseException {
        assertArrayEquals(new byte[] {1, (byte) 255}, LabelMapping.parse("200:1,7:255").apply(label(200, 7)).voxels());
    }

    @Test
    void theLabelThatCameIsNotChanged() throws CaseException {
        final LabelVolume before = label(4);
        LabelMapping.parse("4:3").apply(before);
        assertArrayEquals(new byte[] {4}, before.voxels());
    }

    @Test
    void nothingIsDoneWhereNothingIsMapped() throws CaseException {
        final LabelVolume before = label(4);
        assertSame(before, LabelMapping.parse("  ").apply(before));
        assertEquals(Optional.empty(), LabelMapping.NONE.text());
    }

    @Test
    void theTextReadsBack() throws CaseException {
        final LabelMapping mapping = new LabelMapping(Map.of(10, 2, 4, 3));
        assertEquals(Optional.of("4:3,10:2"), mapping.text());
        assertEquals(mapping, LabelMapping.parse("4:3,10:2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "4:", "4:3,", "4-3", "4:256", "a:b", "4:3 5:3", "4:-1"})
    void anythingElseIsRefusedWithTheRemedy(final String text) {
        assertTrue(assertThrows(CaseException.class, () -> LabelMapping.parse(text)).getMessage().contains("such as 4:3"));
    }

    @Test
    void aValueThatBecomesTwoIsRefused() {
        assertTrue(assertThrows(CaseException.class, () -> LabelMapping.parse("4:3,4:2")).getMessage().contains("4 is there twice"));
    }
}
