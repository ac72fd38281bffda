/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.util.Arrays;

/**
 * A curve.
 *
 * @param name   for the legend
 * @param ink    its colour
 * @param epochs in rising order
 * @param values as many
 */
record Series(String name, Ink ink, double[] epochs, double[] values) {
    /** More points than a chart has pixels would only make files large. */
    private static final int MOST_POINTS = 1000;

    Series {
        if (epochs.length != values.length) {
            throw new IllegalArgumentException("%d epochs, %d values".formatted(epochs.length, values.length));
        }
    }

    /** @return the same curve with the mean of neighbouring points in the place of them, if there are too many */
    Series thinned() {
        final int bucket = Math.ceilDiv(epochs.length, MOST_POINTS);
        if (bucket <= 1) {
            return this;
        }

        final int points = Math.ceilDiv(epochs.length, bucket);
        final double[] fewerEpochs = new double[points];
        final double[] fewerValues = new double[points];
        for (int point = 0; point < points; point++) {
            final int begin = point * bucket;
            final int end = Math.min(begin + bucket, epochs.length);
            fewerEpochs[point] = Arrays.stream(epochs, begin, end).average().orElseThrow();
            fewerValues[point] = Arrays.stream(values, begin, end).average().orElseThrow();
        }

        return new Series(name, ink, fewerEpochs, fewerValues);
    }
}
