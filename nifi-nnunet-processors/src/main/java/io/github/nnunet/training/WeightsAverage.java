/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.NetworkWeights;

import java.util.List;

/**
 * A running average of a network's weights: avg = avg + (1 - d) (w - avg), where d rises from 0.1 with the number of
 * updates n as (1 + n) / (10 + n) until it is the decay asked for.
 */
final class WeightsAverage {
    private static final double DELAY = 10;

    private final double decay;
    private final List<NetworkWeights.Entry> average;
    private long updates;

    /** @param start taken over as the average; its arrays are changed from now on */
    WeightsAverage(final double decay, final NetworkWeights start, final long updates) {
        this.decay = decay;
        this.average = start.entries();
        this.updates = updates;
    }

    void add(final NetworkWeights weights) {
        final float share = (float) (1 - Math.min(decay, (1 + updates) / (DELAY + updates)));
        updates++;
        for (int i = 0; i < average.size(); i++) {
            blend(average.get(i).values(), weights.entries().get(i).values(), share);
        }
    }

    private static void blend(final float[] average, final float[] values, final float share) {
        for (int i = 0; i < average.length; i++) {
            average[i] += share * (values[i] - average[i]);
        }
    }

    /** @return the average itself, which the next update changes */
    NetworkWeights weights() {
        return new NetworkWeights(average);
    }

    long updates() {
        return updates;
    }
}
