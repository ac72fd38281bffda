/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

class PatchPaddingTest {
    @Test
    void oddRestGoesAfter() throws CaseException {
        final ScanCase scan = Cases.of(new Shape(1, 1, 2), new Spacing(1, 1, 1), new byte[] {1, 2}, new float[] {5, 6});
        final ScanCase padded = PatchPadding.apply(scan, new Shape(1, 2, 5), 3);
        assertArrayEquals(new float[] {0, 5, 6, 0, 0, 0, 0, 0, 0, 0}, padded.channel(0));
        assertArrayEquals(new byte[] {0, 1, 2, 0, 0, 0, 0, 0, 0, 0}, padded.label().orElseThrow());
        assertEquals(Optional.of(new CaseHistory.Padding(0, 0, 1, new Shape(1, 1, 2))), padded.history().padding());
        assertArrayEquals(new double[] {1, 0, 0, -1, 0, 1, 0, 0, 0, 0, 1, 0}, padded.geometry().orientation().affine());
    }

    @Test
    void largerCaseStaysInThreeDimensions() throws CaseException {
        final Shape shape = new Shape(3, 4, 5);
        final ScanCase scan = Cases.of(shape, Cases.noise(shape, 1));
        assertSame(scan, PatchPadding.apply(scan, new Shape(2, 4, 1), 3));
    }

    @Test
    void picturesAreCutAboutTheCentreAndSlicesKept() throws CaseException {
        final ScanCase scan = Cases.of(new Shape(2, 1, 5), new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        final ScanCase padded = PatchPadding.apply(scan, new Shape(1, 2, 2), 2);
        assertEquals(new Shape(2, 2, 2), padded.shape());
        assertArrayEquals(new float[] {2, 3, 0, 0, 7, 8, 0, 0}, padded.channel(0));
        assertEquals(Optional.of(new CaseHistory.Padding(0, 0, -1, new Shape(2, 1, 5))), padded.history().padding());
    }

    @Test
    void paddingTwiceIsUndoneAtOnce() throws CaseException {
        final ScanCase scan = Cases.of(new Shape(1, 1, 1), new float[] {1});
        final ScanCase padded = PatchPadding.apply(PatchPadding.apply(scan, new Shape(1, 1, 3), 3), new Shape(1, 1, 7), 3);
        assertEquals(Optional.of(new CaseHistory.Padding(0, 0, 3, new Shape(1, 1, 1))), padded.history().padding());
        assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0, 0}, padded.channel(0));
    }
}
