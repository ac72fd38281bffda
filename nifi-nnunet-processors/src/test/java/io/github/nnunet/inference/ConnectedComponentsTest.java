/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Components of random label maps against scipy.ndimage.label (src/test/reference/connected_components.py), exact. */
class ConnectedComponentsTest {
    private static final int CASES = 5;

    @ParameterizedTest
    @EnumSource(Connectivity.class)
    void componentsAreThoseOfScipy(final Connectivity connectivity) throws IOException {
        final NpzFile golden = golden();
        for (int number = 0; number < CASES; number++) {
            final byte[] label = golden.get("case%d__label".formatted(number)).bytes();
            final long[] expected = golden.get("case%d__numbered_%d".formatted(number, connectivity.neighbours())).longs();
            final ConnectedComponents components = ConnectedComponents.of(label, shape(golden, number), values(1), connectivity);
            assertArrayEquals(expected, Arrays.stream(components.numbered()).asLongStream().toArray());
            assertEquals(Arrays.stream(expected).max().orElse(0), components.count());
            for (int component = 1; component <= components.count(); component++) {
                final long wanted = component;
                assertEquals(Arrays.stream(expected).filter(value -> value == wanted).count(), components.sizes()[component - 1]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Connectivity.class)
    void largestComponentsAreThoseOfScipy(final Connectivity connectivity) throws IOException {
        final NpzFile golden = golden();
        for (int number = 0; number < CASES; number++) {
            final byte[] label = golden.get("case%d__label".formatted(number)).bytes();
            final byte[] foreground = label.clone();
            ComponentRule.ofForeground(connectivity).apply(foreground, shape(golden, number));
            assertArrayEquals(golden.get("case%d__foreground_%d".formatted(number, connectivity.neighbours())).bytes(), foreground);
            final byte[] classes = label.clone();
            ComponentRule.ofClasses(List.of(1, 2, 3), connectivity).apply(classes, shape(golden, number));
            assertArrayEquals(golden.get("case%d__classes_%d".formatted(number, connectivity.neighbours())).bytes(), classes);
        }
    }

    private static NpzFile golden() throws IOException {
        return NpzFile.resource("/golden/components/components.npz");
    }

    private static Shape shape(final NpzFile golden, final int number) {
        final NpyFile label = golden.get("case%d__label".formatted(number));
        return Shape.of(label.shape());
    }

    private static BitSet values(final int value) {
        final BitSet values = new BitSet();
        values.set(value);
        return values;
    }

    @Test
    void componentsDoNotGoOnAtTheOtherEndOfARow() {
        final byte[] label = {0, 0, 1, 1, 0, 0};
        assertEquals(2, ConnectedComponents.of(label, new Shape(1, 2, 3), values(1), Connectivity.CORNERS).count());
    }

    @Test
    void equallyLargeComponentsAllStay() {
        final byte[] label = {1, 1, 0, 1, 0, 1, 1};
        assertEquals(1, ComponentRule.ofForeground(Connectivity.CORNERS).apply(label, new Shape(1, 1, 7)));
        assertArrayEquals(new byte[] {1, 1, 0, 0, 0, 1, 1}, label);
    }

    @Test
    void anEmptyLabelStaysEmpty() {
        final byte[] label = new byte[8];
        assertEquals(0, ComponentRule.ofForeground(Connectivity.FACES).apply(label, new Shape(2, 2, 2)));
        assertArrayEquals(new byte[8], label);
    }

    @Test
    void largeValuesAreUnsigned() {
        final byte[] label = {(byte) 200, (byte) 200, 0, (byte) 200};
        assertEquals(1, ComponentRule.ofClasses(List.of(200), Connectivity.FACES).apply(label, new Shape(1, 1, 4)));
        assertArrayEquals(new byte[] {(byte) 200, (byte) 200, 0, 0}, label);
    }
}
