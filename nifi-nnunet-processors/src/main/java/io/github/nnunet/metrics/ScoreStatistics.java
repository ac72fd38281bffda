/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.stream.DoubleStream;

/**
 * A measure over a set of cases. Without a case everything is NaN.
 *
 * @param count             cases with a finite value
 * @param mean              their mean
 * @param standardDeviation of the cases as a whole population
 * @param median            the middle one, or the mean of the two in the middle
 */
public record ScoreStatistics(int count, double mean, double standardDeviation, double median) {

    /** @param values of the cases; those that are not finite are left out */
    public static ScoreStatistics of(final DoubleStream values) {
        final double[] sorted = values.filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return new ScoreStatistics(0, Double.NaN, Double.NaN, Double.NaN);
        }

        final double mean = DoubleStream.of(sorted).average().orElseThrow();
        final double variance = DoubleStream.of(sorted).map(value -> (value - mean) * (value - mean)).average().orElseThrow();
        final double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new ScoreStatistics(sorted.length, mean, Math.sqrt(variance), median);
    }

    void putInto(final ObjectNode node, final Measure measure) {
        CaseScores.putNumber(node, measure.key(), mean);
        CaseScores.putNumber(node, measure.key() + "_std", standardDeviation);
        CaseScores.putNumber(node, measure.key() + "_median", median);
        node.put(measure.key() + "_count", count);
    }
}
