/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Compares arrays as numpy's allclose does. */
final class Tolerance {

    private Tolerance() {
    }

    static void assertClose(final float[] expected, final float[] actual, final double relative, final double absolute, final String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            final double difference = Math.abs((double) expected[i] - actual[i]);
            final int position = i;
            assertTrue(difference <= absolute + relative * Math.abs(expected[i]), () -> "%s differs at %d: %s instead of %s".formatted(what, position, actual[position], expected[position]));
        }
    }
}
