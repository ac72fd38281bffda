/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;

import java.util.List;

/** Steps of a training whose network nobody keeps: the same work as an epoch's. One thread at a time. */
public final class TrainingSteps implements AutoCloseable {
    private final NetworkTrainer trainer;
    private final double learningRate;

    private TrainingSteps(final NetworkTrainer trainer, final double learningRate) {
        this.trainer = trainer;
        this.learningRate = learningRate;
    }

    /**
     * Begins with untrained weights.
     *
     * @throws IllegalArgumentException if the plan's patch is too small for the network, or there are fewer filters than levels
     */
    public static TrainingSteps open(final TorchEngine engine, final ComputeDevice device, final Plan plan, final TrainingSettings settings) {
        return open(engine, List.of(device), plan, settings);
    }

    /** As the shorter form, over several devices: the patches of each step are divided among them. */
    public static TrainingSteps open(final TorchEngine engine, final List<ComputeDevice> devices, final Plan plan, final TrainingSettings settings) {
        return new TrainingSteps(new NetworkTrainer(engine, devices, NetworkChoice.topology(settings, plan), plan, settings), settings.optimizer().learningRate());
    }

    /** @return the loss before the step */
    public double step(final TrainingBatch batch) {
        return trainer.step(batch, learningRate);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
