/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.dataset.Plan;

import java.util.Objects;

/**
 * A trained network with all that is needed to use it.
 *
 * @param plan         how scans are prepared for it and what its outputs mean
 * @param topology     its layers
 * @param weights      its parameters
 * @param trainingJson how it was trained: one JSON object that training chooses and nothing else depends on
 */
public record SegmentationModel(Plan plan, NetworkTopology topology, NetworkWeights weights, String trainingJson) {

    public SegmentationModel {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(topology, "topology");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(trainingJson, "trainingJson");
    }
}
