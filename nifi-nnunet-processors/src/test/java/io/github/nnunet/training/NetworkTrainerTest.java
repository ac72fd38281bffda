/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkTrainerTest {
    private static final int HEADS = 2;
    private static TorchEngine engine;

    @BeforeAll
    static void start() throws TorchUnavailableException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
    }

    private static TrainingSettings settings() {
        final TrainingSettings defaults = TrainingSettings.defaults();
        final NetworkSettings network = defaults.network();
        return defaults
                .withNetwork(new NetworkSettings(network.architecture(), List.of(4, 8, 8, 8), false, HEADS + 1, 2, network.norm(), network.negativeSlope(), false, true, HEADS, network.unetr()))
                .withOptimizer(new OptimizerSettings(OptimizerKind.SGD, 0.01, 0, 0, ScheduleKind.CONSTANT, 0, 0));
    }

    @Test
    @ProvesOption("TrainUNet: Random Seed")
    void untrainedWeightsFollowFromTheSeed() {
        assertTrue(Arrays.equals(untrained(1), untrained(1)));
        assertFalse(Arrays.equals(untrained(1), untrained(2)));
    }

    private static float[] untrained(final long seed) {
        final TrainingSettings settings = settings().withSeed(seed);
        final Plan plan = PreparedSample.plan(3, new Shape(16, 16, 16));
        try (NetworkTrainer trainer = new NetworkTrainer(engine, List.of(ComputeDevice.CPU), NetworkChoice.topology(settings, plan), plan, settings)) {
            return trainer.scoredWeights().entry("input_block.conv1.conv.weight").values();
        }
    }

    /** A head that the loss does not count has no gradient, and keeps the weights that it begins with. */
    @Test
    @ProvesOption({"TrainUNet: Deep Supervision", "TrainUNet: Deep Supervision Heads"})
    void everyHeadOfDeepSupervisionIsTrained() throws InterruptedException {
        final TrainingSettings settings = settings();
        final Plan plan = PreparedSample.plan(3, new Shape(16, 16, 16));
        try (NetworkTrainer trainer = new NetworkTrainer(engine, List.of(ComputeDevice.CPU), NetworkChoice.topology(settings, plan), plan, settings);
             BatchSupply batches = BatchSupply.synthetic(plan, settings)) {
            final NetworkWeights before = trainer.scoredWeights();
            batches.useNext(batch -> trainer.step(batch, settings.optimizer().learningRate()));
            final NetworkWeights after = trainer.scoredWeights();
            for (int head = 0; head < HEADS; head++) {
                final String name = "deep_supervision_heads.%d.conv.conv.weight".formatted(head);
                assertFalse(Arrays.equals(before.entry(name).values(), after.entry(name).values()), name);
            }
        }
    }
}
