/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.Precision;
import io.github.nnunet.network.TrainedLayers;
import io.github.nnunet.training.Architecture;
import io.github.nnunet.training.AugmentationSettings;
import io.github.nnunet.training.ComputeSettings;
import io.github.nnunet.training.LengthSettings;
import io.github.nnunet.training.LossSettings;
import io.github.nnunet.training.NetworkSettings;
import io.github.nnunet.training.OptimizerKind;
import io.github.nnunet.training.OptimizerSettings;
import io.github.nnunet.training.SamplingSettings;
import io.github.nnunet.training.ScheduleKind;
import io.github.nnunet.training.TrainingSettings;
import io.github.nnunet.training.UnetrSettings;
import io.github.nnunet.training.ValidationGrid;
import io.github.nnunet.training.ValidationSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every property comes out in the settings: a property that is ignored fails here. */
class TrainingPropertiesTest {
    private static final TrainingSettings DEFAULTS = TrainingSettings.defaults();

    private final TestRunner runner = TestRunners.newTestRunner(TrainUNet.class);

    /**
     * A property with another value than its default.
     *
     * @param needed   what else must be set, so that the property counts
     * @param settings that all of it must give
     */
    record Setting(PropertyDescriptor property, String value, Map<PropertyDescriptor, String> needed, TrainingSettings settings) {

        Setting(final PropertyDescriptor property, final String value, final TrainingSettings settings) {
            this(property, value, Map.of(), settings);
        }

        @Override
        public String toString() {
            return "%s %s".formatted(property.getName(), value);
        }
    }

    static Stream<Setting> settings() {
        return Stream.of(lengths(), sampling(), networks(), transformers(), optimizers(), losses(), validations(), computing()).flatMap(List::stream);
    }

    private static List<Setting> lengths() {
        return List.of(
                new Setting(LengthProperties.EPOCHS, "7", DEFAULTS.withLength(new LengthSettings(7, 30, 100, 0))),
                new Setting(LengthProperties.MINIMUM_EPOCHS, "7", DEFAULTS.withLength(new LengthSettings(1000, 7, 100, 0))),
                new Setting(LengthProperties.PATIENCE, "7", DEFAULTS.withLength(new LengthSettings(1000, 30, 7, 0))),
                new Setting(LengthProperties.TIME_BUDGET, "2 hours", DEFAULTS.withLength(new LengthSettings(1000, 30, 100, 120))),
                new Setting(TrainingProperties.RANDOM_SEED, "7", DEFAULTS.withSeed(7)));
    }

    private static List<Setting> sampling() {
        return List.of(
                new Setting(SamplingProperties.BATCH_SIZE, "7", DEFAULTS.withSampling(new SamplingSettings(7, 0.4, 0, 4, 1))),
                new Setting(SamplingProperties.OVERSAMPLING, "0.7", DEFAULTS.withSampling(new SamplingSettings(2, 0.7, 0, 4, 1))),
                new Setting(LengthProperties.SAMPLES_PER_EPOCH, "7", DEFAULTS.withSampling(new SamplingSettings(2, 0.4, 7, 4, 1))),
                new Setting(SamplingProperties.VOLUMES_PER_BATCH, "7", DEFAULTS.withSampling(new SamplingSettings(2, 0.4, 0, 7, 1))),
                new Setting(SamplingProperties.DATA_LOADING_THREADS, "7", DEFAULTS.withSampling(new SamplingSettings(2, 0.4, 0, 4, 7))),
                new Setting(SamplingProperties.AUGMENTATION, "flips", DEFAULTS.withAugmentation(AugmentationSettings.flipsOnly())),
                new Setting(SamplingProperties.AUGMENTATION, "none", DEFAULTS.withAugmentation(AugmentationSettings.none())),
                new Setting(SamplingProperties.ADDITIONAL_AUGMENTATION, "rotation", DEFAULTS.withAugmentation(AugmentationSettings.defaults().withRotation())),
                new Setting(SamplingProperties.ADDITIONAL_AUGMENTATION, "Gamma, low_resolution", DEFAULTS.withAugmentation(AugmentationSettings.defaults().withGamma().withLowResolution())));
    }

    private static List<Setting> networks() {
        return List.of(
                new Setting(NetworkProperties.FILTERS, "4, 8", DEFAULTS.withNetwork(DEFAULTS.network().withFilters(List.of(4, 8)))),
                new Setting(NetworkProperties.MORE_CHANNELS, "true", network(true, 5, 4, Normalization.INSTANCE, 0.01, false, false, 2)),
                new Setting(NetworkProperties.DEPTH, "6", network(false, 6, 4, Normalization.INSTANCE, 0.01, false, false, 2)),
                new Setting(NetworkProperties.MINIMUM_FEATURE_MAP, "8", network(false, 5, 8, Normalization.INSTANCE, 0.01, false, false, 2)),
                new Setting(NetworkProperties.NORMALIZATION, "batch", network(false, 5, 4, Normalization.BATCH, 0.01, false, false, 2)),
                new Setting(NetworkProperties.NORMALIZATION, "group", network(false, 5, 4, Normalization.GROUP, 0.01, false, false, 2)),
                new Setting(NetworkProperties.NEGATIVE_SLOPE, "0.2", network(false, 5, 4, Normalization.INSTANCE, 0.2, false, false, 2)),
                new Setting(NetworkProperties.RESIDUAL_BLOCKS, "true", network(false, 5, 4, Normalization.INSTANCE, 0.01, true, false, 2)),
                new Setting(NetworkProperties.DEEP_SUPERVISION, "true", network(false, 5, 4, Normalization.INSTANCE, 0.01, false, true, 2)),
                new Setting(NetworkProperties.DEEP_SUPERVISION_HEADS, "3", Map.of(NetworkProperties.DEEP_SUPERVISION, "true"),
                        network(false, 5, 4, Normalization.INSTANCE, 0.01, false, true, 3)));
    }

    private static List<Setting> transformers() {
        final Map<PropertyDescriptor, String> unetr = Map.of(NetworkProperties.ARCHITECTURE, "unetr");
        return List.of(
                new Setting(NetworkProperties.ARCHITECTURE, "unetr", unetr(16, 768, 3072, 12)),
                new Setting(NetworkProperties.FEATURE_SIZE, "32", unetr, unetr(32, 768, 3072, 12)),
                new Setting(NetworkProperties.HIDDEN_SIZE, "384", unetr, unetr(16, 384, 3072, 12)),
                new Setting(NetworkProperties.PERCEPTRON_SIZE, "1536", unetr, unetr(16, 768, 1536, 12)),
                new Setting(NetworkProperties.ATTENTION_HEADS, "8", unetr, unetr(16, 768, 3072, 8)));
    }

    private static TrainingSettings unetr(final int features, final int hiddenSize, final int perceptronSize, final int heads) {
        return DEFAULTS.withNetwork(DEFAULTS.network().withUnetr(new UnetrSettings(features, hiddenSize, perceptronSize, heads)));
    }

    private static TrainingSettings network(final boolean moreChannels, final int depth, final int minimumFeatureMap, final Normalization norm, final double negativeSlope,
                                            final boolean residualBlocks, final boolean deepSupervision, final int heads) {
        return DEFAULTS.withNetwork(new NetworkSettings(Architecture.UNET, List.of(), moreChannels, depth, minimumFeatureMap, norm, negativeSlope, residualBlocks,
                deepSupervision, heads, UnetrSettings.defaults()));
    }

    private static List<Setting> optimizers() {
        return List.of(
                new Setting(OptimizerProperties.OPTIMIZER, "sgd", optimizer(OptimizerKind.SGD, 8e-4, 0.99, 1e-4, ScheduleKind.CONSTANT, 250, 0)),
                new Setting(OptimizerProperties.MOMENTUM, "0.9", Map.of(OptimizerProperties.OPTIMIZER, "sgd"),
                        optimizer(OptimizerKind.SGD, 8e-4, 0.9, 1e-4, ScheduleKind.CONSTANT, 250, 0)),
                new Setting(OptimizerProperties.LEARNING_RATE, "0.01", optimizer(OptimizerKind.ADAM, 0.01, 0.99, 1e-4, ScheduleKind.CONSTANT, 250, 0)),
                new Setting(OptimizerProperties.WEIGHT_DECAY, "0.01", optimizer(OptimizerKind.ADAM, 8e-4, 0.99, 0.01, ScheduleKind.CONSTANT, 250, 0)),
                new Setting(OptimizerProperties.LEARNING_RATE_SCHEDULE, "cosine", optimizer(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.COSINE, 250, 0)),
                new Setting(OptimizerProperties.WARMUP_STEPS, "7", Map.of(OptimizerProperties.LEARNING_RATE_SCHEDULE, "cosine"),
                        optimizer(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.COSINE, 7, 0)),
                new Setting(OptimizerProperties.TRAINED_LAYERS, "outputs", DEFAULTS.withOptimizer(DEFAULTS.optimizer().withLayers(TrainedLayers.OUTPUTS))),
                new Setting(OptimizerProperties.GRADIENT_CLIPPING, "12", optimizer(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.CONSTANT, 250, 12)));
    }

    private static TrainingSettings optimizer(final OptimizerKind kind, final double learningRate, final double momentum, final double weightDecay, final ScheduleKind schedule,
                                              final int warmupSteps, final double gradientClip) {
        return DEFAULTS.withOptimizer(new OptimizerSettings(kind, learningRate, momentum, weightDecay, schedule, warmupSteps, gradientClip));
    }

    private static List<Setting> losses() {
        return List.of(
                new Setting(LossProperties.OUTPUTS, "brats", DEFAULTS.withLoss(new LossSettings(false, true, false, true))),
                new Setting(LossProperties.OUTPUTS, "foreground", DEFAULTS.withLoss(new LossSettings(false, false, false, false))),
                new Setting(LossProperties.FOCAL_LOSS, "true", DEFAULTS.withLoss(new LossSettings(true, false, false, true))),
                new Setting(LossProperties.BACKGROUND_IN_DICE, "true", DEFAULTS.withLoss(new LossSettings(false, false, true, true))));
    }

    private static List<Setting> validations() {
        return List.of(
                new Setting(ValidationProperties.VALIDATION_INTERVAL, "7", validation(7, 0, 0, 4, 0.5, true, false, 0)),
                new Setting(ValidationProperties.SKIP_FIRST_VALIDATIONS, "7", validation(1, 7, 0, 4, 0.5, true, false, 0)),
                new Setting(ValidationProperties.VALIDATION_CASES, "7", validation(1, 0, 7, 4, 0.5, true, false, 0)),
                new Setting(ValidationProperties.VALIDATION_BATCH_SIZE, "7", validation(1, 0, 0, 7, 0.5, true, false, 0)),
                new Setting(ValidationProperties.VALIDATION_OVERLAP, "0.25", validation(1, 0, 0, 4, 0.25, true, false, 0)),
                new Setting(ValidationProperties.VALIDATION_BLEND, "constant", validation(1, 0, 0, 4, 0.5, false, false, 0)),
                new Setting(ValidationProperties.VALIDATION_TEST_TIME_AUGMENTATION, "true", validation(1, 0, 0, 4, 0.5, true, true, 0)),
                new Setting(ValidationProperties.WEIGHTS_AVERAGING, "0.9", validation(1, 0, 0, 4, 0.5, true, false, 0.9)),
                new Setting(ValidationProperties.VALIDATION_GRID, "original", DEFAULTS.withValidation(DEFAULTS.validation().withGrid(ValidationGrid.ORIGINAL))));
    }

    private static TrainingSettings validation(final int interval, final int skipFirst, final int cases, final int batchSize, final double overlap, final boolean gaussian,
                                               final boolean mirrored, final double weightsAveraging) {
        return DEFAULTS.withValidation(new ValidationSettings(interval, skipFirst, cases, 0, batchSize, overlap, gaussian, mirrored, weightsAveraging, ValidationGrid.PREPARED));
    }

    private static List<Setting> computing() {
        return List.of(
                new Setting(ComputeProperties.PRECISION, "bf16", DEFAULTS.withCompute(new ComputeSettings(Precision.BF16, 1, false))),
                new Setting(ComputeProperties.PRECISION, "fp16", DEFAULTS.withCompute(new ComputeSettings(Precision.FP16, 1, false))),
                new Setting(ComputeProperties.DEVICES, "2", DEFAULTS.withCompute(new ComputeSettings(Precision.FP32, 2, false))),
                new Setting(ComputeProperties.SYNCHRONIZED_BATCH_NORMALIZATION, "true", Map.of(NetworkProperties.NORMALIZATION, "batch"),
                        network(false, 5, 4, Normalization.BATCH, 0.01, false, false, 2).withCompute(new ComputeSettings(Precision.FP32, 1, true))));
    }

    @Test
    void untouchedPropertiesAreTheReferencesDefaults() {
        assertEquals(DEFAULTS, read());
    }

    @ParameterizedTest
    @MethodSource("settings")
    @ProvesOption("TrainUNet: Validation Batch Size")
    void aPropertyChangesItsSettingAndNoOther(final Setting setting) {
        setting.needed().forEach(runner::setProperty);
        runner.setProperty(setting.property(), setting.value());
        assertEquals(setting.settings(), read());
    }

    @Test
    void noPropertyIsLeftUntried() {
        final Set<PropertyDescriptor> tried = settings().map(Setting::property).collect(Collectors.toSet());
        assertEquals(new HashSet<>(TrainingProperties.DESCRIPTORS), tried);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aBenchmarkHasEveryPropertyThatChangesItsStepsAndNoOther(final Setting setting) {
        runner.setProperty(setting.property(), setting.value());
        setting.needed().forEach(runner::setProperty);
        final boolean isChanged = !TrainingProperties.readStep(runner.getProcessContext()).equals(needed(setting));
        assertEquals(isChanged, new BenchmarkUNet().getPropertyDescriptors().contains(setting.property()));
    }

    /** What a benchmark reads without the setting. */
    private static TrainingSettings needed(final Setting setting) {
        final TestRunner without = TestRunners.newTestRunner(TrainUNet.class);
        setting.needed().forEach((property, value) -> {
            if (!property.equals(setting.property())) {
                without.setProperty(property, value);
            }
        });
        return TrainingProperties.readStep(without.getProcessContext());
    }

    @Test
    void aHiddenPropertyDoesNotCount() {
        runner.setProperty(OptimizerProperties.MOMENTUM, "5");
        runner.setProperty(OptimizerProperties.WARMUP_STEPS, "many");
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION_HEADS, "9");
        assertEquals(DEFAULTS, read());

        runner.setProperty(LossProperties.OUTPUTS, "brats");
        runner.setProperty(LossProperties.BACKGROUND_IN_DICE, "true");
        assertEquals(DEFAULTS.withLoss(new LossSettings(false, true, false, true)), read());
    }

    @ParameterizedTest
    @CsvSource({"Momentum, 1", "Momentum, -0.1", "Negative Slope, -0.01", "Negative Slope, 1.5", "Negative Slope, NaN", "Optimizer, adagrad", "Normalization, layer", "Outputs, regions",
            "Residual Blocks, perhaps", "Volumes Per Batch, 0", "Validation Overlap, 1", "Oversampling, 1.1", "Depth, 0", "Minimum Feature Map, 0", "Deep Supervision Heads, 0",
            "Architecture, vnet", "Feature Size, 0", "Hidden Size, 0", "Perceptron Size, -1", "Attention Heads, 0",
            "Learning Rate, 0", "Weight Decay, -1", "Gradient Clipping, -1", "Batch Size, 0", "Filters, '16,0'", "Epochs, 0", "Patience, -1", "Weights Averaging, 1", "Additional Augmentation, elastic", "Time Budget, 900 ms"})
    void aValueOutOfRangeIsRefused(final String name, final String value) {
        final PropertyDescriptor property = TrainingProperties.DESCRIPTORS.stream().filter(descriptor -> descriptor.getName().equals(name)).findFirst().orElseThrow();
        assertFalse(property.validate(value, new MockValidationContext((MockProcessContext) runner.getProcessContext())).isValid());
    }

    @Test
    void filtersAndMoreChannelsExcludeEachOther() {
        runner.setProperty(NetworkProperties.FILTERS, "16,32");
        runner.setProperty(NetworkProperties.MORE_CHANNELS, "true");
        assertRefused("Filters and More Channels both say");
    }

    @Test
    void aSingleFilterIsFewerThanAnyNetworkHasLevels() {
        runner.setProperty(NetworkProperties.FILTERS, "16");
        assertRefused("two levels or more");
    }

    @Test
    void headsOfDeepSupervisionNeedLevels() {
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION, "true");
        runner.setProperty(NetworkProperties.DEPTH, "2");
        assertRefused("1 deep supervision heads at most, not 2");
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION_HEADS, "1");
        assertEquals(1, read().network().deepSupervisionHeads());
    }

    @Test
    void aStepNeedsAPatchForEachDevice() {
        runner.setProperty(ComputeProperties.DEVICES, "3");
        assertRefused("2 patches cannot be divided among 3 devices");
        runner.setProperty(SamplingProperties.BATCH_SIZE, "3");
        assertEquals(3, read().compute().devices());
    }

    @Test
    void aTransformersHiddenSizeIsSharedByItsHeads() {
        runner.setProperty(NetworkProperties.ARCHITECTURE, "unetr");
        runner.setProperty(NetworkProperties.ATTENTION_HEADS, "10");
        assertRefused("A hidden size of 768 cannot be shared evenly by 10 attention heads");
    }

    @Test
    void aTransformerHasNoDeepSupervision() {
        runner.setProperty(NetworkProperties.ARCHITECTURE, "unetr");
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION, "true");
        assertRefused("A UNETR has one output");
    }

    @Test
    void propertiesOfTheOtherNetworkDoNotCount() {
        runner.setProperty(NetworkProperties.HIDDEN_SIZE, "7");
        assertEquals(DEFAULTS, read());
        runner.setProperty(NetworkProperties.HIDDEN_SIZE, "768");
        runner.setProperty(NetworkProperties.ARCHITECTURE, "unetr");
        runner.setProperty(NetworkProperties.FILTERS, "16");
        runner.setProperty(NetworkProperties.RESIDUAL_BLOCKS, "true");
        assertEquals(unetr(16, 768, 3072, 12), read());
        runner.setProperty(NetworkProperties.NORMALIZATION, "batch");
        runner.setProperty(ComputeProperties.SYNCHRONIZED_BATCH_NORMALIZATION, "true");
        assertFalse(read().compute().synchronizedBatchNorm());
    }

    private TrainingSettings read() {
        return TrainingProperties.read(runner.getProcessContext());
    }

    private void assertRefused(final String reason) {
        final String sentence = assertThrows(IllegalArgumentException.class, this::read).getMessage();
        assertTrue(sentence.contains(reason), sentence);
    }
}
