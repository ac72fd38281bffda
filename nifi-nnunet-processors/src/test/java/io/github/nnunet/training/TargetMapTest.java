/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TargetMapTest {
    private static final float[][] LOGITS = {{1, 0, 0, 0}, {0, 1, 1, 0}, {0, 0, 2, 0}};

    private static TargetMap map(final LossSettings loss) {
        return new TargetMap(PreparedSample.plan(3, PreparedSample.PATCH), loss);
    }

    @Test
    void exclusiveClassesAreScoredByTheLargestLogit() {
        final TargetMap map = map(LossSettings.defaults());
        assertEquals(3, map.outputs());
        // Of equal logits the first wins: the last voxel is background.
        assertArrayEquals(new double[] {2.0 / 3, 1}, map.score(LOGITS, new byte[] {1, 1, 2, 0}));
    }

    @Test
    void absentClassScoresOneIfNothingIsPredictedAndZeroElse() {
        final TargetMap map = map(LossSettings.defaults());
        assertArrayEquals(new double[] {1, 0}, map.score(LOGITS, new byte[] {0, 1, 0, 0}));
        assertArrayEquals(new double[] {1, 1}, map.score(new float[][] {{1}, {0}, {0}}, new byte[1]));
    }

    @Test
    void singleOutputIsStructureOrNot() {
        final TargetMap map = map(new LossSettings(false, false, false, false));
        assertEquals(1, map.outputs());
        assertArrayEquals(new byte[] {0, 1, 1}, map.targets(new byte[] {0, 1, 2}));
        assertArrayEquals(new double[] {2.0 / 3}, map.score(new float[][] {{-1, 1, -1}}, new byte[] {0, 1, 1}));
    }

    @Test
    void regionsOfBratsContainEachOther() {
        final TargetMap map = map(new LossSettings(false, true, false, true));
        assertEquals(3, map.outputs());
        final float[][] logits = {{1, 1, 1, -1}, {1, -1, 1, -1}, {-1, -1, 1, -1}};
        assertArrayEquals(new double[] {1, 1, 1}, map.score(logits, new byte[] {1, 2, 3, 0}));
    }

    @Test
    void valuesOutsideThePlanAreUnknown() {
        final TargetMap map = map(LossSettings.defaults());
        assertTrue(map.knows(2));
        assertFalse(map.knows(3));
    }
}
