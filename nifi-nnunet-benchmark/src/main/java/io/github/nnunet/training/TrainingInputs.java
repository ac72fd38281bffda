/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.NetworkWeights;

import java.nio.ByteBuffer;

/** What a training begins with, to be handed to another program that trains the same. */
public final class TrainingInputs {
    private static final long WEIGHTS_STREAM = -2;

    private TrainingInputs() {
    }

    /** @return the weights that {@link TrainingSteps} begins with */
    public static NetworkWeights weights(final NetworkTopology topology, final TrainingSettings settings) {
        return NetworkWeights.initial(topology, SampleRandom.of(settings.seed(), 0, WEIGHTS_STREAM));
    }

    /** @return [patch][z][y][x] */
    public static byte[] targets(final TrainingBatch batch) {
        final ByteBuffer targets = batch.targets().duplicate().rewind();
        final byte[] copy = new byte[targets.remaining()];
        targets.get(copy);
        return copy;
    }
}
