/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.dataset.Percentile;

import java.util.Arrays;

/**
 * What a benchmark says, as the reference computes it: percentiles by linear interpolation, everything rounded to three decimals.
 *
 * @param throughput images a second: the batch size by the mean time of a batch
 * @param mean       milliseconds a batch
 * @param p90        milliseconds that 90 in 100 batches do not exceed
 * @param p95        the same of 95 in 100
 * @param p99        the same of 99 in 100
 */
public record BenchmarkFigures(double throughput, double mean, double p90, double p95, double p99) {
    private static final double MILLIS = 1000;

    /** @param milliseconds of each batch, at least one */
    public static BenchmarkFigures of(final double[] milliseconds, final int batchSize) {
        final double mean = Arrays.stream(milliseconds).average().orElseThrow();
        return new BenchmarkFigures(round(MILLIS * batchSize / mean), round(mean),
                round(Percentile.of(milliseconds, 90)), round(Percentile.of(milliseconds, 95)), round(Percentile.of(milliseconds, 99)));
    }

    private static double round(final double value) {
        return Math.rint(value * MILLIS) / MILLIS;
    }
}
