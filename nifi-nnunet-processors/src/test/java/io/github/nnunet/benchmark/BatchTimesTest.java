/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class BatchTimesTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong clock = new AtomicLong(17 * MILLI);
    private final AtomicInteger runs = new AtomicInteger();

    /** Each batch takes a millisecond longer than the one before. */
    private void work() {
        clock.addAndGet(runs.incrementAndGet() * MILLI);
    }

    @Test
    @ProvesOption({"BenchmarkUNet: Batches", "BenchmarkUNet: Warmup Batches"})
    void batchesOfTheWarmUpAreRunAndNotCounted() throws CaseException, InterruptedException {
        final double[] times = new BatchTimes(new BenchmarkLength(5, 2), clock::get).measure(this::work, () -> false).orElseThrow();

        assertEquals(5, runs.get());
        assertArrayEquals(new double[] {3, 4, 5}, times);
    }

    @Test
    void withoutWarmUpTheFirstBatchCounts() throws CaseException, InterruptedException {
        assertArrayEquals(new double[] {1, 2}, new BatchTimes(new BenchmarkLength(2, 0), clock::get).measure(this::work, () -> false).orElseThrow());
    }

    @Test
    void aCancelledBenchmarkHasNoTimes() throws CaseException, InterruptedException {
        assertEquals(Optional.empty(), new BatchTimes(new BenchmarkLength(5, 2), clock::get).measure(this::work, () -> runs.get() == 4));
        assertEquals(4, runs.get());
    }
}
