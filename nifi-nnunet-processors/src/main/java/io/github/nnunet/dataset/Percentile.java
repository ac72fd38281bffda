/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.Arrays;

/** Percentiles as numpy.percentile computes them with its linear method, to the last bit. */
public final class Percentile {

    private Percentile() {
    }

    /**
     * @param values not empty
     * @param percent 0 to 100
     */
    public static double of(final double[] values, final double percent) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final double place = percent / 100 * (sorted.length - 1);
        final int rank = (int) Math.floor(place);
        return between(sorted[rank], sorted[Math.min(rank + 1, sorted.length - 1)], place - rank);
    }

    /** @return the median: of an even number of values the mean of the two in the middle */
    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** @param weight of the upper value, 0 to 1; from the nearer value, as NumPy does, so that the ends are met exactly */
    static double between(final double lower, final double upper, final double weight) {
        final double difference = upper - lower;
        return weight < 0.5 ? lower + difference * weight : upper - difference * (1 - weight);
    }
}
