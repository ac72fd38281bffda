/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.fault.CaseException;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Times batches. */
public final class BatchTimes {
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchmarkLength length;
    private final LongSupplier nanoTime;

    /** @param nanoTime as System.nanoTime */
    public BatchTimes(final BenchmarkLength length, final LongSupplier nanoTime) {
        this.length = length;
        this.nanoTime = nanoTime;
    }

    /**
     * Runs all batches. A time runs from the end of a batch to the end of the next one, as in NVIDIA's benchmark, so that waiting for data counts.
     *
     * @param cancelled asked before each batch; true ends the benchmark
     * @return milliseconds for each batch after those of the warm-up; empty if the benchmark was cancelled
     */
    public Optional<double[]> measure(final BatchWork work, final BooleanSupplier cancelled) throws CaseException, InterruptedException {
        final double[] milliseconds = new double[length.timed()];
        long last = nanoTime.getAsLong();
        for (int batch = 0; batch < length.batches(); batch++) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }

            work.run();
            final long now = nanoTime.getAsLong();
            if (batch >= length.warmup()) {
                milliseconds[batch - length.warmup()] = (now - last) / NANOS_PER_MILLI;
            }

            last = now;
        }

        return Optional.of(milliseconds);
    }
}
