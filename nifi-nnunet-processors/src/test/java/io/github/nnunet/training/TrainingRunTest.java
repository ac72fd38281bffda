/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrainingRunTest {
    private static final int CASES = 4;
    private static final long SECOND = 1_000_000_000L;

    private static TorchEngine engine;

    @TempDir
    private Path folder;
    private Path dataset;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    @BeforeEach
    void prepare() throws IOException, CaseException {
        dataset = PreparedSample.write(folder.resolve("prepared"), CASES);
    }

    private static TrainingSettings quick(final int epochs) {
        final TrainingSettings defaults = TrainingSettings.defaults();
        return defaults.withLength(new LengthSettings(epochs, 0, 0, 0))
                .withNetwork(defaults.network().withFilters(List.of(4, 8, 8, 8, 8, 8)))
                .withOptimizer(new OptimizerSettings(OptimizerKind.ADAM, 0.01, 0.99, 1e-4, ScheduleKind.CONSTANT, 0, 0))
                .withSampling(new SamplingSettings(2, 0.4, 0, 4, 1));
    }

    private TrainingJob job(final String name, final TrainingSettings settings) {
        final List<String> ids = PreparedSample.ids(CASES);
        return new TrainingJob(dataset, folder.resolve(name), 0, ids.subList(0, 3), ids.subList(3, 4), settings);
    }

    private static List<EpochReport> trainToTheEnd(final TrainingJob job) throws IOException, CaseException {
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            final List<EpochReport> reports = new ArrayList<>();
            while (!run.isFinished()) {
                reports.add(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow());
            }

            return reports;
        }
    }

    private static double[] losses(final List<EpochReport> reports) {
        return reports.stream().mapToDouble(EpochReport::loss).toArray();
    }

    @Test
    void lossFallsAndDiceRises() throws IOException, CaseException {
        final TrainingSettings settings = quick(14).withSampling(new SamplingSettings(2, 0.4, 12, 4, 1)).withAugmentation(AugmentationSettings.flipsOnly());
        final List<EpochReport> reports = trainToTheEnd(job("run", settings));
        assertTrue(reports.getLast().loss() < 0.5 * reports.getFirst().loss(), Arrays.toString(losses(reports)));
        assertTrue(reports.getLast().bestDice() > 0.8, "Dice " + reports.getLast().bestDice());
        assertEquals(List.of("shell", "core"), reports.getLast().classDice().stream().map(ClassDice::name).toList());
        assertEquals(TrainingEnd.EPOCHS, reports.getLast().end());
    }

    @Test
    void resumedTrainingGivesTheSameNumbersAsAnUninterruptedOne() throws IOException, CaseException {
        final TrainingSettings settings = quick(4).withOptimizer(new OptimizerSettings(OptimizerKind.ADAM, 0.01, 0.99, 1e-4, ScheduleKind.COSINE, 2, 1))
                .withValidation(new ValidationSettings(1, 0, 0, 0, 2, 0.5, true, false, 0.9, ValidationGrid.PREPARED));
        final List<EpochReport> whole = trainToTheEnd(job("whole", settings));
        final TrainingJob interrupted = job("interrupted", settings);
        final List<EpochReport> pieces = new ArrayList<>();
        try (TrainingRun run = TrainingRun.open(interrupted, engine, ComputeDevice.CPU)) {
            pieces.add(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow());
            pieces.add(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow());
            final AtomicInteger questions = new AtomicInteger();
            assertTrue(run.runEpoch(() -> questions.incrementAndGet() > 1, StepListener.SILENT).isEmpty());
        }

        pieces.addAll(trainToTheEnd(interrupted));
        assertArrayEquals(losses(whole), losses(pieces));
        assertArrayEquals(whole.stream().mapToDouble(EpochReport::meanDice).toArray(), pieces.stream().mapToDouble(EpochReport::meanDice).toArray());
        assertEquals(5, Files.readAllLines(folder.resolve("interrupted/logs.json")).size());
    }

    @Test
    void aTrainingOverTwoDevicesGoesOnWithTheSameNumbersToo() throws IOException, CaseException {
        final List<ComputeDevice> devices = List.of(new ComputeDevice("cpu:0"), new ComputeDevice("cpu:1"));
        final double[][] losses = new double[2][2];
        for (int i = 0; i < 2; i++) {
            TrainingRun run = TrainingRun.open(job("run" + i, quick(2)), engine, devices);
            losses[i][0] = run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().loss();
            if (i == 1) {
                run.close();
                run = TrainingRun.open(job("run" + i, quick(2)), engine, devices);
            }

            losses[i][1] = run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().loss();
            run.close();
        }

        assertArrayEquals(losses[0], losses[1]);
    }

    @Test
    void numberOfLoaderThreadsDoesNotChangeResults() throws IOException, CaseException {
        final List<EpochReport> one = trainToTheEnd(job("one", quick(2)));
        final List<EpochReport> three = trainToTheEnd(job("three", quick(2).withSampling(new SamplingSettings(2, 0.4, 0, 4, 3))));
        assertArrayEquals(losses(one), losses(three));
    }

    @Test
    void cancelledEpochLeavesTheCheckpointAndIsTrainedAgain() throws IOException, CaseException {
        final TrainingJob job = job("run", quick(2));
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            assertTrue(run.runEpoch(() -> true, StepListener.SILENT).isEmpty());
            assertFalse(Files.exists(folder.resolve("run/last.pt")));
            run.runEpoch(() -> false, StepListener.SILENT);
            final byte[] checkpoint = Files.readAllBytes(folder.resolve("run/last.pt"));
            final AtomicInteger questions = new AtomicInteger();
            assertTrue(run.runEpoch(() -> questions.incrementAndGet() > 1, StepListener.SILENT).isEmpty());
            assertArrayEquals(checkpoint, Files.readAllBytes(folder.resolve("run/last.pt")));
            assertEquals(1, run.epoch());
            final EpochReport again = run.runEpoch(() -> false, StepListener.SILENT).orElseThrow();
            assertEquals(trainToTheEnd(job("other", quick(2))).getLast().loss(), again.loss());
        }
    }

    @Test
    void memoryIsTakenForEachValidationAndNotBetween() throws IOException, CaseException {
        final List<String> events = new ArrayList<>();
        final StepListener listener = new StepListener() {
            @Override
            public void trained(final int step, final int steps, final double loss) {
                events.add("step");
            }

            @Override
            public void validated(final int cases, final int allCases) {
                events.add("case");
            }
        };
        final TrainingSettings settings = quick(2).withSampling(new SamplingSettings(2, 0.4, 2, 4, 1)).withValidation(new ValidationSettings(2, 0, 0, 0, 1, 0.5, true, false, 0, ValidationGrid.PREPARED));
        try (TrainingRun run = TrainingRun.open(job("run", settings), engine, ComputeDevice.CPU)) {
            final ValidationMemory memory = bytes -> {
                assertEquals(run.validationBytes(), bytes);
                events.add("taken");
                return () -> events.add("given back");
            };
            run.runEpoch(() -> false, listener, memory).orElseThrow();
            assertEquals(List.of("step"), events);
            run.runEpoch(() -> false, listener, memory).orElseThrow();
        }

        assertEquals(List.of("step", "step", "taken", "case", "given back"), events);
    }

    @Test
    void aWaitForMemoryThatIsGivenUpGivesUpTheEpoch() throws IOException, CaseException {
        try (TrainingRun run = TrainingRun.open(job("run", quick(1)), engine, ComputeDevice.CPU)) {
            assertTrue(run.runEpoch(() -> false, StepListener.SILENT, bytes -> {
                throw new CancellationException("stopped");
            }).isEmpty());
            assertFalse(Files.exists(folder.resolve("run/last.pt")));
            final EpochReport again = run.runEpoch(() -> false, StepListener.SILENT).orElseThrow();
            assertEquals(trainToTheEnd(job("other", quick(1))).getLast().loss(), again.loss());
        }
    }

    @Test
    void epochThatCannotBeStoredIsTriedAgain() throws IOException, CaseException {
        final Path obstacle = folder.resolve("run/last.pt/in the way");
        try (TrainingRun run = TrainingRun.open(job("run", quick(1)), engine, ComputeDevice.CPU)) {
            Files.createDirectories(obstacle);
            assertThrows(IOException.class, () -> run.runEpoch(() -> false, StepListener.SILENT));
            assertEquals(0, run.epoch());
            Files.delete(obstacle);
            Files.delete(obstacle.getParent());
            final EpochReport again = run.runEpoch(() -> false, StepListener.SILENT).orElseThrow();
            assertEquals(trainToTheEnd(job("other", quick(1))).getLast().loss(), again.loss());
        }
    }

    @Test
    void interruptedThreadGivesTheEpochUpAndStaysInterrupted() throws IOException, CaseException {
        try (TrainingRun run = TrainingRun.open(job("run", quick(1)), engine, ComputeDevice.CPU)) {
            Thread.currentThread().interrupt();
            assertTrue(run.runEpoch(() -> false, StepListener.SILENT).isEmpty());
            assertTrue(Thread.interrupted());
            assertEquals(0, run.epoch());
        }
    }

    @Test
    void bestModelIsAModelFileWithThePlan() throws IOException, CaseException {
        final TrainingJob job = job("run", quick(1));
        trainToTheEnd(job);
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            assertTrue(run.isFinished());
            assertEquals(Optional.of(PreparedSample.plan(3, PreparedSample.PATCH)), ModelFile.readPlan(run.bestModel()));
            assertEquals(1, run.lastReport().orElseThrow().epoch());
        }
    }

    @Test
    void trainingStopsWhenPatienceEnds() throws IOException, CaseException {
        // A rate this small changes nothing, so that the first epoch stays the best.
        final TrainingSettings settings = quick(10).withLength(new LengthSettings(10, 0, 2, 0))
                .withOptimizer(new OptimizerSettings(OptimizerKind.SGD, 1e-12, 0, 0, ScheduleKind.CONSTANT, 0, 0));
        final List<EpochReport> reports = trainToTheEnd(job("run", settings));
        assertEquals(3, reports.size());
        assertEquals(TrainingEnd.PATIENCE, reports.getLast().end());
    }

    @Test
    void trainingStopsWhenItsTimeIsUsedUp() throws IOException, CaseException {
        final AtomicLong now = new AtomicLong();
        final TrainingSettings settings = quick(1000).withLength(new LengthSettings(1000, 0, 0, 0.5))
                .withOptimizer(new OptimizerSettings(OptimizerKind.ADAM, 0.01, 0, 0, ScheduleKind.COSINE, 0, 0));
        final List<EpochReport> reports = new ArrayList<>();
        try (TrainingRun run = TrainingRun.open(job("run", settings), engine, List.of(ComputeDevice.CPU), () -> now.addAndGet(SECOND / 2), InstantSource.system())) {
            while (!run.isFinished()) {
                reports.add(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow());
            }
        }

        assertEquals(TrainingEnd.TIME, reports.getLast().end());
        assertTrue(reports.getLast().validated());
        assertTrue(reports.getLast().elapsedSeconds() <= 30 + 2, "Seconds " + reports.getLast().elapsedSeconds());
        assertTrue(reports.getLast().learningRate() < 0.002, "Rate " + reports.getLast().learningRate());
    }

    @Test
    void validationFollowsItsInterval() throws IOException, CaseException {
        final List<EpochReport> reports = trainToTheEnd(job("run", quick(5).withValidation(new ValidationSettings(2, 2, 0, 0, 1, 0.5, true, false, 0, ValidationGrid.PREPARED))));
        assertEquals(List.of(false, false, false, true, true), reports.stream().map(EpochReport::validated).toList());
    }

    @Test
    void oddCasesTrainToo() throws IOException, CaseException {
        PreparedSample.store(dataset, "case_0", new Shape(9, 30, 12), 7, 1);
        PreparedSample.store(dataset, "case_1", new Shape(16, 16, 16), 8, 0);
        final EpochReport report = trainToTheEnd(job("run", quick(1))).getFirst();
        assertTrue(Double.isFinite(report.loss()));
    }

    @Test
    void slicesOfVolumesTrainA2dNetwork() throws IOException, CaseException {
        dataset = PreparedSample.write(folder.resolve("flat"), CASES, 2, new Shape(1, 16, 16));
        final TrainingSettings settings = quick(12).withSampling(new SamplingSettings(8, 0.4, 32, 2, 1)).withAugmentation(AugmentationSettings.none());
        final List<EpochReport> reports = trainToTheEnd(job("run", settings));
        assertTrue(reports.getLast().bestDice() > 0.5, "Dice " + reports.getLast().bestDice());
    }

    @Test
    void deepSupervisionAndFocalLossTrain() throws IOException, CaseException {
        final TrainingSettings settings = quick(3).withLoss(new LossSettings(true, false, false, true))
                .withNetwork(new NetworkSettings(Architecture.UNET, List.of(4, 8, 8, 8), false, 5, 4, Normalization.INSTANCE, 0.01, false, true, 1, UnetrSettings.defaults()));
        final List<EpochReport> reports = trainToTheEnd(job("run", settings));
        assertTrue(reports.getLast().loss() < reports.getFirst().loss());
    }

    @Test
    void withoutValidationCasesTheNewestModelIsKept() throws IOException, CaseException {
        final TrainingJob job = new TrainingJob(dataset, folder.resolve("run"), 0, PreparedSample.ids(CASES), List.of(), quick(1));
        assertFalse(trainToTheEnd(job).getFirst().validated());
        assertTrue(Files.exists(folder.resolve("run/best.pt")));
    }

    @Test
    void labelOutsideThePlanIsRefused() throws IOException, CaseException {
        new PreparedDataset(dataset).storePlan(new Plan("90", "Blocks", 3, Modality.MRI, List.of("MRI"),
                PreparedSample.plan(3, PreparedSample.PATCH).classes().subList(0, 2), new Spacing(1, 1, 1), PreparedSample.PATCH, Optional.empty(), false));
        final CaseException refusal = assertThrows(CaseException.class, () -> TrainingRun.open(job("run", quick(1)), engine, ComputeDevice.CPU));
        assertEquals(FaultCategory.LABEL, refusal.category());
    }

    @Test
    void checkpointOfAnotherNetworkIsRefused() throws IOException, CaseException {
        trainToTheEnd(job("run", quick(1)));
        final TrainingSettings other = quick(2).withNetwork(NetworkSettings.defaults().withFilters(List.of(8, 8, 8, 8)));
        final CaseException refusal = assertThrows(CaseException.class, () -> TrainingRun.open(job("run", other), engine, ComputeDevice.CPU));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
    }

    @Test
    void damagedCheckpointIsNamed() throws IOException, CaseException {
        final TrainingJob job = job("run", quick(1));
        trainToTheEnd(job);
        final Path checkpoint = folder.resolve("run/last.pt");
        final byte[] bytes = Files.readAllBytes(checkpoint);
        Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length / 2));
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> TrainingRun.open(job, engine, ComputeDevice.CPU)).category());
        bytes[bytes.length - 20] ^= 1;
        Files.write(checkpoint, bytes);
        assertTrue(assertThrows(CaseException.class, () -> TrainingRun.open(job, engine, ComputeDevice.CPU)).getMessage().contains("last.pt"));
    }

    @Test
    void learningRateTooHighEndsInASentence() {
        final TrainingSettings wild = quick(50).withOptimizer(new OptimizerSettings(OptimizerKind.SGD, 1e30, 0, 0, ScheduleKind.CONSTANT, 0, 0));
        assertEquals(FaultCategory.ENGINE, assertThrows(CaseException.class, () -> trainToTheEnd(job("run", wild))).category());
    }

    @Test
    void patchThatCannotBeHalvedEvenlyIsRefusedBeforeItTrains() throws IOException, CaseException {
        dataset = PreparedSample.write(folder.resolve("odd"), CASES, 3, new Shape(10, 10, 10));
        final NetworkSettings deep = new NetworkSettings(Architecture.UNET, List.of(4, 8, 8, 8), false, 5, 2, Normalization.INSTANCE, 0.01, false, false, 2, UnetrSettings.defaults());
        final CaseException refusal = assertThrows(CaseException.class, () -> TrainingRun.open(job("run", quick(1).withNetwork(deep)), engine, ComputeDevice.CPU));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
        assertTrue(refusal.getMessage().contains("lower Depth"), refusal.getMessage());
    }

    @Test
    void patchTooSmallForANetworkIsRefused() throws IOException, CaseException {
        dataset = PreparedSample.write(folder.resolve("tiny"), CASES, 3, new Shape(4, 4, 4));
        final CaseException refusal = assertThrows(CaseException.class, () -> TrainingRun.open(job("run", quick(1)), engine, ComputeDevice.CPU));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
    }
}
