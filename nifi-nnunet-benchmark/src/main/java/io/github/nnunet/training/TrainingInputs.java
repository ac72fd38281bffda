/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.WeightSource;

import java.nio.ByteBuffer;

/** What a training begins with, to be handed to another program that trains the same. */
public final class TrainingInputs {
    private TrainingInputs() {
    }

    /** @return the weights that {@link TrainingSteps} begins with, to be taken once */
    public static WeightSource weights(final TrainingSettings settings) {
        return NetworkTrainer.initialWeights(settings);
    }

    /** @return [patch][z][y][x] */
    public static byte[] targets(final TrainingBatch batch) {
        final ByteBuffer targets = batch.targets().duplicate().rewind();
        final byte[] copy = new byte[targets.remaining()];
        targets.get(copy);
        return copy;
    }
}
