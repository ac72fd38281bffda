/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Trainings that start from the weights of another one, or again in its folder. */
class InitialModelTest {
    /** Steps of this rate leave every weight as it is, but for some that are 0. */
    private static final double NO_RATE = 1e-30;
    private static final float NOTHING = 1e-20f;

    @TempDir
    private static Path sources;
    private static Path dataset;
    private static TorchEngine engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainTheSource() throws TorchUnavailableException, IOException, CaseException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        dataset = PreparedSample.write(sources.resolve("prepared"), 2);
        train(job(sources.resolve("source"), settings(0.01, List.of(4, 8, 8))));
        withoutCard(source("best.pt"), source("plain.pt"));
    }

    private static TrainingSettings settings(final double rate, final List<Integer> filters) {
        final TrainingSettings defaults = TrainingSettings.defaults();
        return defaults.withLength(new LengthSettings(1, 0, 0, 0))
                .withNetwork(defaults.network().withFilters(filters))
                .withOptimizer(new OptimizerSettings(OptimizerKind.SGD, rate, 0.9, 0, ScheduleKind.CONSTANT, 0, 0));
    }

    private static TrainingJob job(final Path runFolder, final TrainingSettings settings) {
        final List<String> ids = PreparedSample.ids(2);
        return new TrainingJob(dataset, runFolder, 0, ids.subList(0, 1), ids.subList(1, 2), settings);
    }

    private TrainingJob job(final List<Integer> filters, final Path initialModel) {
        return job(folder.resolve("run"), settings(NO_RATE, filters)).withInitialModel(initialModel);
    }

    private static Path source(final String name) {
        return sources.resolve("source").resolve(name);
    }

    private static TransferReport train(final TrainingJob job) throws IOException, CaseException {
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            run.runEpoch(() -> false, StepListener.SILENT).orElseThrow();
            return run.transfer().orElse(null);
        }
    }

    /** The same archive as Python would write it. */
    private static void withoutCard(final Path model, final Path plain) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(model)); ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(plain))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().endsWith("plan.json")) {
                    out.putNextEntry(new ZipEntry(entry));
                    in.transferTo(out);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"best.pt", "last.pt", "plain.pt"})
    void aTrainingStartsFromTheWeightsOfModelsCheckpointsAndTorchScriptFiles(final String name) throws IOException, CaseException {
        final TransferReport report = train(job(List.of(4, 8, 8), source(name)));

        final NetworkWeights expected = ModelFile.read(source("best.pt")).weights();
        final NetworkWeights weights = ModelFile.read(folder.resolve("run/best.pt")).weights();
        assertEquals(name, report.source());
        assertEquals(expected.names(), report.loaded());
        for (final NetworkWeights.Entry entry : expected.entries()) {
            assertArrayEquals(entry.values(), weights.entry(entry.name()).values(), NOTHING, entry.name());
        }
    }

    /** From the same weights, and without a step, only the patches can make a difference. */
    @Test
    @ProvesOption("TrainUNet: Random Seed")
    void anotherSeedDrawsOtherPatches() throws IOException, CaseException {
        assertNotEquals(lossWithSeed(1), lossWithSeed(2));
    }

    private double lossWithSeed(final long seed) throws IOException, CaseException {
        final TrainingJob job = job(folder.resolve("seed-" + seed), settings(NO_RATE, List.of(4, 8, 8)).withSeed(seed)).withInitialModel(source("best.pt"));
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            return run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().loss();
        }
    }

    @Test
    void whatDoesNotFitStartsUntrainedAndIsReported() throws IOException, CaseException {
        final TransferReport report = train(job(List.of(4, 8, 6), source("best.pt")));

        final SegmentationModel model = ModelFile.read(folder.resolve("run/best.pt"));
        assertTrue(report.loaded().contains("input_block.conv1.conv.weight"), report.toJson());
        assertTrue(report.mismatched().contains(new TransferReport.Mismatch("bottleneck.conv1.conv.weight", List.of(6L, 8L, 3L, 3L, 3L), List.of(8L, 8L, 3L, 3L, 3L))), report.toJson());
        assertArrayEquals(ModelFile.read(source("best.pt")).weights().entry("input_block.conv1.conv.weight").values(), model.weights().entry("input_block.conv1.conv.weight").values());
        assertEquals(report, TransferReport.fromJson(Files.readString(folder.resolve("run/transfer.json"))));
        assertTrue(model.trainingJson().contains("\"transfer\":{\"source\":\"best.pt\""), model.trainingJson());
    }

    @Test
    void aFileOfWhichNothingFitsIsRefused() throws IOException {
        final Path other = folder.resolve("exported_unet.pt");
        try (InputStream in = InitialModelTest.class.getResourceAsStream("/network/exported_unet.pt")) {
            Files.copy(in, other);
        }

        final CaseException refusal = assertThrows(CaseException.class, () -> train(job(List.of(5, 7, 9), other)));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
        assertTrue(refusal.getMessage().startsWith("No weight of the initial model exported_unet.pt fits the network"), refusal.getMessage());
    }

    @Test
    void aFileThatIsNotThereOrNoModelIsRefusedByName() throws IOException {
        assertRefused(folder.resolve("absent.pt"));
        assertRefused(Files.writeString(folder.resolve("letter.pt"), "Dear colleague"));
        assertRefused(Files.write(folder.resolve("cut.pt"), Files.readString(source("logs.json")).getBytes()));
    }

    private void assertRefused(final Path file) {
        final CaseException refusal = assertThrows(CaseException.class, () -> train(job(List.of(4, 8, 8), file)));
        assertEquals(FaultCategory.UNREADABLE, refusal.category());
        assertTrue(refusal.getMessage().contains(file.getFileName().toString()), refusal.getMessage());
    }

    @Test
    void aTrainingThatGoesOnDoesNotNeedTheInitialModelAgain() throws IOException, CaseException {
        final Path copy = Files.copy(source("best.pt"), folder.resolve("copy.pt"));
        final TransferReport report = train(job(List.of(4, 8, 8), copy));
        Files.delete(copy);

        final TrainingSettings longer = settings(NO_RATE, List.of(4, 8, 8)).withLength(new LengthSettings(2, 0, 0, 0));
        assertEquals(report, train(job(folder.resolve("run"), longer).withInitialModel(copy)));
    }

    @Test
    void aTrainingThatBeginsAnewReplacesAnEarlierOneOnceItHasAnEpoch() throws IOException, CaseException {
        train(job(List.of(4, 8, 8), source("best.pt")));
        final byte[] earlier = Files.readAllBytes(folder.resolve("run/last.pt"));
        final TrainingJob again = job(folder.resolve("run"), settings(0.01, List.of(4, 8, 12)));

        try (TrainingRun run = TrainingRun.beginAnew(again, engine, List.of(ComputeDevice.CPU))) {
            assertTrue(run.runEpoch(() -> true, StepListener.SILENT).isEmpty());
            assertArrayEquals(earlier, Files.readAllBytes(folder.resolve("run/last.pt")));
            assertEquals(1, run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().epoch());
        }

        assertFalse(Files.exists(folder.resolve("run/transfer.json")));
        assertEquals(12, ModelFile.read(folder.resolve("run/best.pt")).weights().entry("bottleneck.norm1.weight").values().length);
        try (TrainingRun run = TrainingRun.open(again, engine, ComputeDevice.CPU)) {
            assertTrue(run.isFinished());
        }
    }
}
