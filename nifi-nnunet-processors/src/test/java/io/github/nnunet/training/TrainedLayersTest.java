/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.network.TrainedLayers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What stays, and what does not, when only the outputs of a network are trained. */
class TrainedLayersTest {
    private static TorchEngine engine;

    @TempDir
    private static Path datasets;
    private static Path dataset;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws TorchUnavailableException, IOException, CaseException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        dataset = PreparedSample.write(datasets, 2);
    }

    private TrainingJob job(final String name, final OptimizerSettings optimizer, final NetworkSettings network, final double averaging) {
        final List<String> ids = PreparedSample.ids(2);
        final TrainingSettings settings = TrainingSettings.defaults()
                .withLength(new LengthSettings(2, 0, 0, 0))
                .withValidation(new ValidationSettings(1, 0, 0, 0, 4, 0, true, false, averaging, ValidationGrid.PREPARED))
                .withNetwork(network)
                .withOptimizer(optimizer);
        return new TrainingJob(dataset, folder.resolve(name), 0, ids.subList(0, 1), ids.subList(1, 2), settings);
    }

    private static OptimizerSettings optimizer(final OptimizerKind kind) {
        return new OptimizerSettings(kind, 0.01, 0.9, 0.5, ScheduleKind.CONSTANT, 0, 1);
    }

    private static NetworkSettings network(final Normalization normalization) {
        return new NetworkSettings(Architecture.UNET, List.of(4, 8, 8, 8), false, 3, 2, normalization, 0.01, false, true, 1, UnetrSettings.defaults());
    }

    private static SegmentationModel train(final TrainingJob job) throws IOException, CaseException {
        return train(job, 1);
    }

    private static SegmentationModel train(final TrainingJob job, final int devices) throws IOException, CaseException {
        try (TrainingRun run = TrainingRun.open(job, engine, Collections.nCopies(devices, ComputeDevice.CPU))) {
            while (!run.isFinished()) {
                run.runEpoch(() -> false, StepListener.SILENT).orElseThrow();
            }

            return ModelFile.read(run.bestModel());
        }
    }

    @ParameterizedTest
    @CsvSource({"ADAM, BATCH, 0, 1", "ADAM, BATCH, 0, 2", "SGD, INSTANCE, 0, 1", "ADAM, GROUP, 0.9, 1"})
    void onlyTheOutputsChangeAndEveryOtherWeightStaysToTheBit(final OptimizerKind kind, final Normalization normalization, final double averaging, final int devices)
            throws IOException, CaseException {
        final NetworkWeights before = train(job("first", optimizer(kind), network(normalization), 0)).weights();
        final TrainingJob frozen = job("second", optimizer(kind).withLayers(TrainedLayers.OUTPUTS), network(normalization), averaging)
                .withInitialModel(folder.resolve("first/best.pt"));
        final NetworkWeights after = train(frozen, devices).weights();

        int changed = 0;
        for (final NetworkWeights.Entry entry : after.entries()) {
            final boolean isOutput = entry.name().startsWith("output_block.") || entry.name().startsWith("deep_supervision_heads.");
            assertEquals(!isOutput, Arrays.equals(before.entry(entry.name()).values(), entry.values()), entry.name());
            changed += isOutput ? 1 : 0;
        }

        assertEquals(4, changed);
        assertEquals(normalization == Normalization.BATCH, after.contains("bottleneck.norm1.running_mean"));
    }

    @Test
    void layersThatNobodyHasTrainedAreNotLeftAsTheyAre() {
        final CaseException refusal = assertThrows(CaseException.class,
                () -> train(job("run", optimizer(OptimizerKind.ADAM).withLayers(TrainedLayers.OUTPUTS), network(Normalization.INSTANCE), 0)));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
        assertTrue(refusal.getMessage().contains("name one in Initial Model"), refusal.getMessage());
    }

    @Test
    void aModelThatLacksSomeOfTheLayersIsRefused() throws IOException, CaseException {
        train(job("first", optimizer(OptimizerKind.ADAM), network(Normalization.INSTANCE), 0));
        final TrainingJob other = job("run", optimizer(OptimizerKind.ADAM).withLayers(TrainedLayers.OUTPUTS), network(Normalization.BATCH), 0)
                .withInitialModel(folder.resolve("first/best.pt"));

        final CaseException refusal = assertThrows(CaseException.class, () -> train(other));
        assertTrue(refusal.getMessage().contains("running_mean") && refusal.getMessage().contains("best.pt"), refusal.getMessage());
    }

    @Test
    void aCheckpointGoesOnWithTheLayersThatItWasTrainedWith() throws IOException, CaseException {
        train(job("first", optimizer(OptimizerKind.ADAM), network(Normalization.INSTANCE), 0));
        final TrainingJob other = job("first", optimizer(OptimizerKind.ADAM).withLayers(TrainedLayers.OUTPUTS), network(Normalization.INSTANCE), 0);

        assertTrue(assertThrows(CaseException.class, () -> train(other)).getMessage().contains("other trained layers"));
    }
}
