/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TopologyOptions;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the settings of validation change: how the windows lie, and how they are put together. */
class ValidationTest {
    private static final Shape WINDOW = new Shape(8, 8, 8);

    @TempDir
    private static Path folder;
    private static CountingNetwork network;

    @BeforeAll
    static void prepare() throws TorchUnavailableException, IOException, CaseException {
        PreparedSample.write(folder, 1);
        final UNetTopology topology = UNetTopology.plan(WINDOW, new Spacing(1, 1, 1), TopologyOptions.defaults(3, 1, 3).withDepth(1, 4).withFilters(List.of(4, 8)));
        final TorchEngine engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        network = new CountingNetwork(engine, new NetworkLoader(engine).open(topology, NetworkWeights.initial(topology, new Random(3)), ComputeDevice.CPU), new ArrayList<>());
    }

    @AfterAll
    static void close() {
        network.close();
    }

    private static List<ClassDice> score(final int batchSize, final double overlap, final boolean gaussian, final boolean mirrored) throws IOException, CaseException {
        network.batches().clear();
        final ValidationSettings settings = new ValidationSettings(1, 0, 0, 0, batchSize, overlap, gaussian, mirrored, 0, ValidationGrid.PREPARED);
        final TargetMap targets = new TargetMap(PreparedSample.plan(3, WINDOW), LossSettings.defaults());
        final Validation validation = new Validation(List.of(new PreparedDataset(folder).open("case_0")), targets, WINDOW, settings, System::nanoTime);
        try (NDManager work = network.engine().newManager(ComputeDevice.CPU)) {
            return validation.score(network, work, () -> false, StepListener.SILENT);
        }
    }

    private static int windows() {
        return network.batches().stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    @ProvesOption("TrainUNet: Validation Batch Size")
    void theNetworkSeesAsManyWindowsAtOnceAsChosen() throws IOException, CaseException {
        score(1, 0, true, false);
        assertTrue(network.batches().stream().allMatch(batch -> batch == 1));
        score(4, 0, true, false);
        assertEquals(4, network.batches().getFirst());
    }

    @Test
    void moreOverlapTakesMoreWindowsAndBlendingChangesTheScore() throws IOException, CaseException {
        score(4, 0, true, false);
        final int apart = windows();
        final List<ClassDice> gaussian = score(4, 0.5, true, false);
        assertTrue(windows() > apart);
        assertNotEquals(gaussian, score(4, 0.5, false, false));
    }

    @Test
    void testTimeAugmentationScoresTheMeanOfAllFlips() throws IOException, CaseException {
        final List<ClassDice> plain = score(4, 0, true, false);
        final int once = windows();
        assertNotEquals(plain, score(4, 0, true, true));
        assertEquals(8 * once, windows());
    }

    /** Notes how many windows each forward pass has. */
    private record CountingNetwork(TorchEngine engine, SegmentationNetwork behind, List<Integer> batches) implements SegmentationNetwork {

        @Override
        public int inputChannels() {
            return behind.inputChannels();
        }

        @Override
        public int outputChannels() {
            return behind.outputChannels();
        }

        @Override
        public int dimensions() {
            return behind.dimensions();
        }

        @Override
        public ComputeDevice device() {
            return behind.device();
        }

        @Override
        public NDArray forward(final NDManager results, final NDArray batch) {
            batches.add(Math.toIntExact(batch.getShape().get(0)));
            return behind.forward(results, batch);
        }

        @Override
        public void close() {
            behind.close();
        }
    }
}
