/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.NetworkWeights;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

class WeightsAverageTest {

    private static NetworkWeights weights(final float value) {
        return new NetworkWeights(List.of(new NetworkWeights.Entry("w", new long[] {1}, new float[] {value}, true)));
    }

    @Test
    void averageFollowsQuicklyAtFirstAndSlowlyLater() {
        final WeightsAverage early = new WeightsAverage(0.99, weights(0), 0);
        early.add(weights(1));
        assertEquals(0.9, early.weights().entry("w").values()[0], 1e-6);
        final WeightsAverage late = new WeightsAverage(0.99, weights(0), 100_000);
        late.add(weights(1));
        assertEquals(0.01, late.weights().entry("w").values()[0], 1e-6);
        assertEquals(100_001, late.updates());
    }
}
