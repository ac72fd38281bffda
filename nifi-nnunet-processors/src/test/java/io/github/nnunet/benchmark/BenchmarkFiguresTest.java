/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class BenchmarkFiguresTest {
    /** numpy.percentile([12.5, 10, 11, 40, 13, 9.75, 10.5], [90, 95, 99]) = [23.8, 31.9, 38.38], their mean is 15.25. */
    @Test
    void figuresAreThoseThatNumpyComputes() {
        final BenchmarkFigures figures = BenchmarkFigures.of(new double[] {12.5, 10, 11, 40, 13, 9.75, 10.5}, 4);

        assertEquals(new BenchmarkFigures(262.295, 15.25, 23.8, 31.9, 38.38), figures);
    }

    @Test
    void oneBatchIsItsOwnPercentiles() {
        assertEquals(new BenchmarkFigures(100, 20, 20, 20, 20), BenchmarkFigures.of(new double[] {20}, 2));
    }

    @Test
    void figuresHaveThreeDecimals() {
        assertEquals(new BenchmarkFigures(3000, 0.333, 0.333, 0.333, 0.333), BenchmarkFigures.of(new double[] {1 / 3.0}, 1));
    }

    @Test
    void aBenchmarkWithoutTimedBatchesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new BenchmarkLength(5, 5));
        assertThrows(IllegalArgumentException.class, () -> new BenchmarkLength(5, -1));
        assertEquals(1, new BenchmarkLength(6, 5).timed());
    }
}
