/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.NetworkPlan;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.network.UNetTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkChoiceTest {
    private static final List<Integer> ONES = List.of(1, 1, 1);
    private static final List<Integer> CUBE = List.of(3, 3, 3);
    private static final NetworkPlan NETWORK = new NetworkPlan(List.of(List.of(1, 3, 3), CUBE, CUBE), List.of(ONES, List.of(1, 2, 2), List.of(2, 2, 2)), 2);

    @TempDir
    private Path folder;

    private static Plan planWithNetwork() {
        final Plan plan = PreparedSample.plan(3, PreparedSample.PATCH);
        return new Plan(plan.task(), plan.name(), 3, plan.modality(), plan.channels(), plan.classes(), plan.spacing(), plan.patch(), Optional.empty(), false, Optional.of(NETWORK));
    }

    private static UNetTopology unet(final NetworkSettings settings, final Plan plan) {
        return assertInstanceOf(UNetTopology.class, NetworkChoice.topology(settings, plan, 3));
    }

    @Test
    void thePlansLayersAreTakenIfItSaysThem() {
        final UNetTopology planned = unet(NetworkSettings.defaults(), planWithNetwork());
        assertEquals(NETWORK.kernels(), planned.kernels());
        assertEquals(NETWORK.strides(), planned.strides());
        final UNetTopology derived = unet(NetworkSettings.defaults(), PreparedSample.plan(3, PreparedSample.PATCH));
        assertEquals(List.of(CUBE, CUBE, CUBE), derived.kernels());
        assertEquals(List.of(ONES, List.of(2, 2, 2), List.of(2, 2, 2)), derived.strides());
    }

    /** The model that comes out has the plan's layers, and its plan still says them. */
    @Test
    void thePlansLayersTrain() throws IOException, CaseException, TorchUnavailableException {
        final Path dataset = PreparedSample.write(folder.resolve("prepared"), 2);
        new PreparedDataset(dataset).storePlan(planWithNetwork());
        final TrainingSettings defaults = TrainingSettings.defaults();
        final TrainingSettings settings = defaults.withLength(new LengthSettings(1, 0, 0, 0))
                .withNetwork(defaults.network().withFilters(List.of(4, 8, 8)))
                .withSampling(new SamplingSettings(2, 0.4, 0, 4, 1));
        final List<String> ids = PreparedSample.ids(2);
        final TrainingJob job = new TrainingJob(dataset, folder.resolve("run"), 0, ids.subList(0, 1), ids.subList(1, 2), settings);
        try (TrainingRun run = TrainingRun.open(job, TorchEngine.start(TorchSettings.defaults()), ComputeDevice.CPU)) {
            assertTrue(Double.isFinite(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().loss()));
        }

        final SegmentationModel model = ModelFile.read(folder.resolve("run/best.pt"));
        final UNetTopology topology = assertInstanceOf(UNetTopology.class, model.topology());
        assertEquals(NETWORK.kernels(), topology.kernels());
        assertEquals(NETWORK.strides(), topology.strides());
        assertEquals(Optional.of(NETWORK), model.plan().network());
    }
}
