/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.PreparedSample;
import io.github.nnunet.training.StepListener;
import io.github.nnunet.training.TrainingEnd;
import io.github.nnunet.training.TrainingJob;
import io.github.nnunet.training.TrainingRun;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** From the property to the training: one that is ignored anywhere between fails here. */
class TrainingOptionsTest {
    private static final int CASES = 5;
    private static final int TRAINING_CASES = 3;
    private static final Map<Map<PropertyDescriptor, String>, Trained> WITHOUT = new HashMap<>();

    @TempDir
    private static Path datasets;
    private static Path volumes;
    private static Path slices;
    private static TorchEngine engine;

    @TempDir
    private Path folder;

    /** What a training left behind. */
    private record Trained(List<EpochReport> reports, SegmentationModel model, int loaders, int validatedCases) {

        private int weightsDigest() {
            return model.weights().entries().stream().map(NetworkWeights.Entry::values).mapToInt(Arrays::hashCode).reduce(1, (sum, hash) -> 31 * sum + hash);
        }

        private List<Boolean> validated() {
            return reports.stream().map(EpochReport::validated).toList();
        }
    }

    @BeforeAll
    static void prepare() throws TorchUnavailableException, IOException, CaseException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        volumes = PreparedSample.write(datasets.resolve("volumes"), CASES);
        slices = PreparedSample.write(datasets.resolve("slices"), CASES, 2, new Shape(1, 16, 16));
    }

    /** A short training of a small network, of which an option changes one thing. */
    private Trained train(final Path dataset, final Map<PropertyDescriptor, String> options) throws IOException, CaseException {
        final TestRunner runner = TestRunners.newTestRunner(TrainUNet.class);
        final Map<PropertyDescriptor, String> properties = new HashMap<>(Map.of(
                LengthProperties.EPOCHS, "1",
                LengthProperties.SAMPLES_PER_EPOCH, "4",
                NetworkProperties.FILTERS, "4,8,8",
                NetworkProperties.DEPTH, "2",
                OptimizerProperties.LEARNING_RATE, "0.01",
                SamplingProperties.AUGMENTATION, AugmentationChoice.NONE.getValue(),
                ValidationProperties.VALIDATION_OVERLAP, "0",
                ValidationProperties.VALIDATION_CASES, "1"));
        properties.putAll(options);
        properties.forEach((property, value) -> {
            if (!value.isEmpty()) {
                runner.setProperty(property, value);
            }
        });

        final List<String> ids = PreparedSample.ids(CASES);
        final Path runFolder = folder.resolve(Integer.toString(options.hashCode()));
        return run(new TrainingJob(dataset, runFolder, 0, ids.subList(0, TRAINING_CASES), ids.subList(TRAINING_CASES, CASES), TrainingProperties.read(runner.getProcessContext())));
    }

    /** @return what is compared with, trained once for all options that need the same */
    private Trained trainWithout(final Map<PropertyDescriptor, String> needed) throws IOException, CaseException {
        final Trained known = WITHOUT.get(needed);
        if (known != null) {
            return known;
        }

        final Trained trained = train(volumes, needed);
        WITHOUT.put(needed, trained);
        return trained;
    }

    private static Trained run(final TrainingJob job) throws IOException, CaseException {
        final AtomicInteger validatedCases = new AtomicInteger();
        final StepListener listener = new StepListener() {
            @Override
            public void trained(final int step, final int steps, final double loss) {
            }

            @Override
            public void validated(final int cases, final int allCases) {
                validatedCases.incrementAndGet();
            }
        };
        final List<EpochReport> reports = new ArrayList<>();
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            while (!run.isFinished()) {
                reports.add(run.runEpoch(() -> false, listener).orElseThrow());
            }

            return new Trained(reports, ModelFile.read(run.bestModel()), loaders(), validatedCases.get());
        }
    }

    private static int loaders() {
        return (int) Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("Fold 0 patches")).count();
    }

    private static Map<PropertyDescriptor, String> with(final Map<PropertyDescriptor, String> needed, final PropertyDescriptor property, final String value) {
        final Map<PropertyDescriptor, String> all = new HashMap<>(needed);
        all.put(property, value);
        return all;
    }

    /**
     * An option that changes what is learnt.
     *
     * @param needed what else must be set, so that the option counts
     */
    private record Change(PropertyDescriptor property, String value, Map<PropertyDescriptor, String> needed) {

        @Override
        public String toString() {
            return "%s %s".formatted(property.getName(), value);
        }
    }

    private static Change change(final PropertyDescriptor property, final String value) {
        return new Change(property, value, Map.of());
    }

    private static Change change(final PropertyDescriptor property, final String value, final PropertyDescriptor needed, final String neededValue) {
        return new Change(property, value, Map.of(needed, neededValue));
    }

    static Stream<Change> changesOfWeights() {
        return Stream.of(
                change(SamplingProperties.BATCH_SIZE, "3"),
                change(LengthProperties.SAMPLES_PER_EPOCH, "6"),
                change(SamplingProperties.OVERSAMPLING, "1", SamplingProperties.OVERSAMPLING, "0"),
                change(SamplingProperties.AUGMENTATION, "flips"),
                change(SamplingProperties.AUGMENTATION, "full"),
                change(SamplingProperties.ADDITIONAL_AUGMENTATION, "all"),
                change(TrainingProperties.RANDOM_SEED, "2"),
                change(NetworkProperties.NORMALIZATION, "batch"),
                change(NetworkProperties.NORMALIZATION, "group", NetworkProperties.FILTERS, "32,32,32"),
                change(NetworkProperties.NEGATIVE_SLOPE, "0.2"),
                change(OptimizerProperties.OPTIMIZER, "sgd"),
                change(OptimizerProperties.MOMENTUM, "0.5", OptimizerProperties.OPTIMIZER, "sgd"),
                change(OptimizerProperties.LEARNING_RATE, "0.02"),
                change(OptimizerProperties.WEIGHT_DECAY, "0.5"),
                change(OptimizerProperties.LEARNING_RATE_SCHEDULE, "cosine"),
                new Change(OptimizerProperties.WARMUP_STEPS, "2", Map.of(OptimizerProperties.LEARNING_RATE_SCHEDULE, "cosine", OptimizerProperties.WARMUP_STEPS, "0",
                        LengthProperties.SAMPLES_PER_EPOCH, "16")),
                change(OptimizerProperties.GRADIENT_CLIPPING, "0.01", OptimizerProperties.OPTIMIZER, "sgd"),
                change(LossProperties.FOCAL_LOSS, "true"),
                change(LossProperties.BACKGROUND_IN_DICE, "true"),
                change(ValidationProperties.WEIGHTS_AVERAGING, "0.9"));
    }

    @ParameterizedTest
    @MethodSource("changesOfWeights")
    @ProvesOption({"TrainUNet: Batch Size", "TrainUNet: Samples Per Epoch", "TrainUNet: Oversampling", "TrainUNet: Augmentation", "TrainUNet: Additional Augmentation", "TrainUNet: Random Seed", "TrainUNet: Normalization",
            "TrainUNet: Negative Slope", "TrainUNet: Optimizer", "TrainUNet: Momentum", "TrainUNet: Learning Rate", "TrainUNet: Weight Decay", "TrainUNet: Learning Rate Schedule",
            "TrainUNet: Warmup Steps", "TrainUNet: Gradient Clipping", "TrainUNet: Focal Loss", "TrainUNet: Background In Dice", "TrainUNet: Weights Averaging"})
    void theOptionChangesWhatIsLearnt(final Change change) throws IOException, CaseException {
        final Trained without = trainWithout(change.needed());
        final Trained with = train(volumes, with(change.needed(), change.property(), change.value()));
        assertNotEquals(without.weightsDigest(), with.weightsDigest());
    }

    static Stream<Change> changesOfLayers() {
        return Stream.of(
                change(NetworkProperties.FILTERS, "4,8,16"),
                change(NetworkProperties.MORE_CHANNELS, "true", NetworkProperties.FILTERS, ""),
                change(NetworkProperties.DEPTH, "1"),
                change(NetworkProperties.MINIMUM_FEATURE_MAP, "8"),
                change(NetworkProperties.RESIDUAL_BLOCKS, "true"),
                change(NetworkProperties.DEEP_SUPERVISION, "true", NetworkProperties.DEEP_SUPERVISION_HEADS, "1"),
                new Change(NetworkProperties.DEEP_SUPERVISION_HEADS, "2", Map.of(NetworkProperties.DEEP_SUPERVISION, "true", NetworkProperties.DEEP_SUPERVISION_HEADS, "1",
                        NetworkProperties.DEPTH, "3", NetworkProperties.MINIMUM_FEATURE_MAP, "2", NetworkProperties.FILTERS, "4,8,8,8")),
                change(LossProperties.OUTPUTS, "foreground"));
    }

    @ParameterizedTest
    @MethodSource("changesOfLayers")
    @ProvesOption({"TrainUNet: Filters", "TrainUNet: More Channels", "TrainUNet: Depth", "TrainUNet: Minimum Feature Map", "TrainUNet: Residual Blocks", "TrainUNet: Deep Supervision",
            "TrainUNet: Deep Supervision Heads", "TrainUNet: Outputs"})
    void theOptionChangesTheNetworkThatIsTrained(final Change change) throws IOException, CaseException {
        final Trained without = trainWithout(change.needed());
        final Trained with = train(volumes, with(change.needed(), change.property(), change.value()));
        assertNotEquals(without.model().topology(), with.model().topology());
    }

    @Test
    @ProvesOption("TrainUNet: Volumes Per Batch")
    void theSlicesOfAStepComeFromAsManyCasesAsChosen() throws IOException, CaseException {
        final Trained fromOne = train(slices, Map.of(SamplingProperties.VOLUMES_PER_BATCH, "1"));
        final Trained fromTwo = train(slices, Map.of(SamplingProperties.VOLUMES_PER_BATCH, "2"));
        assertNotEquals(fromOne.weightsDigest(), fromTwo.weightsDigest());
    }

    @Test
    @ProvesOption("TrainUNet: Data Loading Threads")
    void asManyThreadsPreparePatchesAsChosenAndTheModelIsTheSame() throws IOException, CaseException {
        final Trained one = train(volumes, Map.of(LengthProperties.SAMPLES_PER_EPOCH, "12"));
        final Trained three = train(volumes, Map.of(LengthProperties.SAMPLES_PER_EPOCH, "12", SamplingProperties.DATA_LOADING_THREADS, "3"));
        assertEquals(1, one.loaders());
        assertEquals(3, three.loaders());
        assertEquals(one.weightsDigest(), three.weightsDigest());
    }

    @Test
    @ProvesOption("TrainUNet: Random Seed")
    void theSameSeedGivesTheSameModelToTheBit() throws IOException, CaseException {
        final Map<PropertyDescriptor, String> options = Map.of(SamplingProperties.AUGMENTATION, "full", LengthProperties.EPOCHS, "2");
        final Trained first = train(volumes, options);
        final Trained second = train(volumes, with(options, SamplingProperties.DATA_LOADING_THREADS, "4"));
        assertEquals(first.weightsDigest(), second.weightsDigest());
        assertEquals(first.reports().stream().map(EpochReport::loss).toList(), second.reports().stream().map(EpochReport::loss).toList());
    }

    @Test
    @ProvesOption("TrainUNet: Epochs")
    void asManyEpochsAreTrainedAsChosen() throws IOException, CaseException {
        final List<EpochReport> reports = train(volumes, Map.of(LengthProperties.EPOCHS, "3")).reports();
        assertEquals(3, reports.size());
        assertEquals(TrainingEnd.EPOCHS, reports.getLast().end());
    }

    /** A rate this small changes nothing, so that the first epoch stays the best. */
    private List<EpochReport> trainInVain(final String minimumEpochs, final String patience) throws IOException, CaseException {
        return train(volumes, Map.of(LengthProperties.EPOCHS, "6", LengthProperties.MINIMUM_EPOCHS, minimumEpochs, LengthProperties.PATIENCE, patience,
                OptimizerProperties.OPTIMIZER, "sgd", OptimizerProperties.LEARNING_RATE, "1e-12")).reports();
    }

    @Test
    @ProvesOption("TrainUNet: Patience")
    void trainingEndsAfterAsManyEpochsInVainAsPatienceAllows() throws IOException, CaseException {
        assertEquals(3, trainInVain("0", "2").size());
        final List<EpochReport> longer = trainInVain("0", "4");
        assertEquals(5, longer.size());
        assertEquals(TrainingEnd.PATIENCE, longer.getLast().end());
        assertEquals(TrainingEnd.EPOCHS, trainInVain("0", "0").getLast().end());
    }

    @Test
    @ProvesOption("TrainUNet: Minimum Epochs")
    void patienceDoesNotEndTheTrainingBeforeTheMinimum() throws IOException, CaseException {
        final List<EpochReport> reports = trainInVain("4", "1");
        assertEquals(4, reports.size());
        assertEquals(TrainingEnd.PATIENCE, reports.getLast().end());
    }

    @Test
    @ProvesOption("TrainUNet: Time Budget")
    void trainingEndsWithItsTime() throws IOException, CaseException {
        final List<EpochReport> reports = train(volumes, Map.of(LengthProperties.EPOCHS, "100000", LengthProperties.TIME_BUDGET, "1 sec")).reports();
        assertEquals(TrainingEnd.TIME, reports.getLast().end());
    }

    @Test
    @ProvesOption("TrainUNet: Validation Interval")
    void everySoManyEpochsAreValidatedAndTheLast() throws IOException, CaseException {
        assertEquals(List.of(false, true, false, true, true), train(volumes, Map.of(LengthProperties.EPOCHS, "5", ValidationProperties.VALIDATION_INTERVAL, "2")).validated());
    }

    @Test
    @ProvesOption("TrainUNet: Skip First Validations")
    void theFirstEpochsAreNotValidated() throws IOException, CaseException {
        assertEquals(List.of(false, false, true), train(volumes, Map.of(LengthProperties.EPOCHS, "3", ValidationProperties.SKIP_FIRST_VALIDATIONS, "2")).validated());
    }

    /** The sample's cases are stored without their original labels. */
    @Test
    @ProvesOption("TrainUNet: Validation Grid")
    void validationOnTheScansGridAsksForOriginalLabelsBeforeTheFirstEpoch() {
        final CaseException fault = assertThrows(CaseException.class, () -> train(volumes, Map.of(ValidationProperties.VALIDATION_GRID, "original")));
        assertTrue(fault.getMessage().contains("case_3 is stored without its label"), fault.getMessage());
    }

    @Test
    @ProvesOption("TrainUNet: Validation Cases")
    void asManyCasesAreValidatedAsChosen() throws IOException, CaseException {
        assertEquals(1, train(volumes, Map.of(ValidationProperties.VALIDATION_CASES, "1")).validatedCases());
        assertEquals(2, train(volumes, Map.of(ValidationProperties.VALIDATION_CASES, "0")).validatedCases());
    }
}
