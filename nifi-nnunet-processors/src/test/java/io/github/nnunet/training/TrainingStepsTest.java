/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class TrainingStepsTest {
    private static TorchEngine engine;

    @BeforeAll
    static void start() throws TorchUnavailableException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
    }

    private static double loss(final List<ComputeDevice> devices, final boolean isSynchronized) throws InterruptedException {
        final TrainingSettings defaults = TrainingSettings.defaults();
        final NetworkSettings network = defaults.network();
        final TrainingSettings settings = defaults
                .withNetwork(new NetworkSettings(network.architecture(), List.of(4, 8), false, 1, 4, Normalization.BATCH, network.negativeSlope(), false, false,
                        network.deepSupervisionHeads(), network.unetr()))
                .withCompute(new ComputeSettings(defaults.compute().precision(), devices.size(), isSynchronized));
        final Plan plan = PreparedSample.plan(3, new Shape(8, 8, 8));
        try (BatchSupply batches = BatchSupply.synthetic(plan, settings);
             TrainingSteps steps = TrainingSteps.open(engine, devices, plan, settings)) {
            return batches.useNext(steps::step);
        }
    }

    /** Each device normalizes its own patches and takes the Dice of them, so that the loss shows how many there are. */
    @Test
    void aStepIsDividedAmongItsDevices() throws InterruptedException {
        final List<ComputeDevice> two = List.of(new ComputeDevice("cpu:0"), new ComputeDevice("cpu:1"));
        final double alone = loss(List.of(ComputeDevice.CPU), false);
        assertEquals(alone, loss(List.of(ComputeDevice.CPU), false));
        assertNotEquals(alone, loss(two, false), 1e-5);
        assertNotEquals(loss(two, false), loss(two, true), 1e-5);
    }
}
