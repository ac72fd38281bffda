/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResamplingTest {
    private static final Spacing MILLIMETRE = new Spacing(1, 1, 1);

    @Test
    void shapeIsRoundedDownAsTheHeadersFloatsSay() {
        final Spacing spacing = new Spacing(1.3f, 3.6f, 0.7);
        assertEquals(new Shape(51, 143, 7), Resampling.newShape(new Shape(40, 40, 10), spacing, MILLIMETRE));
    }

    @Test
    void noSliceIsLostToSinglePrecision() {
        assertEquals(new Shape(8, 30, 30), Resampling.newShape(new Shape(8, 30, 30), new Spacing(3.6f, 0.62f, 0.62f), new Spacing(3.6, 0.62, 0.62)));
    }

    @Test
    void caseOfTheTargetsSpacingPassesUnchanged() throws CaseException {
        final Shape shape = new Shape(3, 4, 5);
        final ScanCase scan = Cases.of(shape, new Spacing(0.999995, 1.000005, 1), null, Cases.noise(shape, 1));
        final ScanCase resampled = Resampling.apply(scan, MILLIMETRE);
        assertSame(scan.channel(0), resampled.channel(0));
        assertEquals(Optional.empty(), resampled.history().resampledFrom());
        assertEquals("to 1.0 x 1.0 x 1.0 mm, nothing to do", resampled.history().notes().get("resample"));
    }

    @Test
    void gridsCoverTheSameSpace() throws CaseException {
        final Shape shape = new Shape(4, 10, 6);
        final ScanCase resampled = Resampling.apply(Cases.of(shape, new Spacing(2, 1, 0.5), null, Cases.noise(shape, 2)), MILLIMETRE);
        assertEquals(new Shape(8, 10, 3), resampled.shape());
        assertEquals(MILLIMETRE, resampled.geometry().spacing());
        assertArrayEquals(new double[] {1, 0, 0, 0.25, 0, 1, 0, 0, 0, 0, 1, -0.5}, resampled.geometry().orientation().affine());
        assertEquals(Optional.of(shape), resampled.history().resampledFrom());
    }

    @Test
    void caseResampledTwiceGoesBackToItsFirstShape() throws CaseException {
        final Shape shape = new Shape(5, 6, 7);
        final ScanCase once = Resampling.apply(Cases.of(shape, new Spacing(2, 2, 2), null, Cases.noise(shape, 3)), MILLIMETRE);
        final ScanCase twice = Resampling.apply(once, new Spacing(0.5, 0.5, 0.5));
        assertEquals(new Shape(20, 24, 28), twice.shape());
        assertEquals(Optional.of(shape), twice.history().resampledFrom());
    }

    @Test
    void thickSlicesAreRepeatedNotMixed() throws CaseException {
        final Shape shape = new Shape(2, 1, 2);
        final byte[] label = {1, 1, 2, 2};
        final ScanCase resampled = Resampling.apply(Cases.of(shape, new Spacing(3, 1, 1), label, new float[] {10, 10, 20, 20}), MILLIMETRE);
        assertArrayEquals(new float[] {10, 10, 10, 10, 10, 10, 20, 20, 20, 20, 20, 20}, resampled.channel(0));
        assertArrayEquals(new byte[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, resampled.label().orElseThrow());
        assertEquals("to 1.0 x 1.0 x 1.0 mm, slice by slice", resampled.history().notes().get("resample"));
    }

    @Test
    void slicesAreApartFromAThirdOn() {
        assertTrue(Resampling.isAnisotropic(new Spacing(3, 1, 1), MILLIMETRE));
        assertTrue(Resampling.isAnisotropic(MILLIMETRE, new Spacing(3, 1, 1)));
        assertEquals(false, Resampling.isAnisotropic(new Spacing(2.99, 1, 1), MILLIMETRE));
    }

    @Test
    void singleVoxelsClassFillsWhatItBecomesAsInTheReference() throws CaseException {
        final ScanCase voxel = Cases.of(new Shape(1, 1, 1), new Spacing(2, 2, 2), new byte[] {1}, new float[] {5});
        final ScanCase resampled = Resampling.apply(voxel, MILLIMETRE);
        assertArrayEquals(new float[] {5, 5, 5, 5, 5, 5, 5, 5}, resampled.channel(0));
        assertArrayEquals(new byte[] {1, 1, 1, 1, 1, 1, 1, 1}, resampled.label().orElseThrow());
        assertEquals(new Shape(1, 1, 1), Resampling.newShape(new Shape(1, 1, 1), new Spacing(0.5, 0.5, 0.5), MILLIMETRE), "never an empty case");
    }

    @Test
    void classesUpTo255AreKept() {
        final byte[] label = {0, (byte) 255, (byte) 200, 0};
        assertArrayEquals(new byte[] {0, 0, (byte) 255, (byte) 255, (byte) 200, (byte) 200, 0, 0},
                LabelResize.resize(label, new Shape(1, 1, 4), new Shape(1, 1, 8), SliceTeam.SINGLE));
    }

    @Test
    void higherOfTwoClassesWithHalfEachWins() {
        assertArrayEquals(new byte[] {3}, LabelResize.resize(new byte[] {3, 2}, new Shape(1, 1, 2), new Shape(1, 1, 1), SliceTeam.SINGLE));
    }

    @Test
    void absurdSpacingIsRefused() {
        final Shape shape = new Shape(2, 2, 2);
        final ScanCase scan = Cases.of(shape, new Spacing(1e6, 1e6, 1e6), null, Cases.noise(shape, 4));
        final CaseException refused = assertThrows(CaseException.class, () -> Resampling.apply(scan, MILLIMETRE));
        assertEquals(FaultCategory.MEMORY, refused.category());
    }

    @Test
    void resamplingAfterPaddingIsRefused() throws CaseException {
        final Shape shape = new Shape(2, 2, 2);
        final ScanCase padded = PatchPadding.apply(Cases.of(shape, new Spacing(2, 2, 2), null, Cases.noise(shape, 5)), new Shape(4, 4, 4), 3);
        final CaseException refused = assertThrows(CaseException.class, () -> Resampling.apply(padded, MILLIMETRE));
        assertEquals(FaultCategory.UNSUPPORTED, refused.category());
    }
}
