/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.Precision;
import io.github.nnunet.network.TrainedLayers;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.nifi.gpu.PrecisionChoice;
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
import io.github.nnunet.training.ValidationSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The settings of a training as properties of a processor. Defaults are those of the reference's command line. */
final class TrainingProperties {
    static final PropertyDescriptor EPOCHS = new PropertyDescriptor.Builder()
            .name("Epochs")
            .description("The most epochs to train.")
            .required(true)
            .defaultValue("1000")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor MINIMUM_EPOCHS = new PropertyDescriptor.Builder()
            .name("Minimum Epochs")
            .description("Patience does not end the training before so many epochs.")
            .required(true)
            .defaultValue("30")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor PATIENCE = new PropertyDescriptor.Builder()
            .name("Patience")
            .description("Training ends when the mean validation Dice has not risen for so many epochs.")
            .required(true)
            .defaultValue("100")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor TIME_BUDGET = new PropertyDescriptor.Builder()
            .name("Time Budget")
            .description("Training ends when it has taken so long, whatever the number of epochs. Left empty, there is no limit.")
            .addValidator(DurationValidator.A_SECOND_OR_MORE)
            .build();
    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("Patches in a step.")
            .required(true)
            .defaultValue("2")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor VOLUMES_PER_BATCH = new PropertyDescriptor.Builder()
            .name("Volumes Per Batch")
            .description("In 2D: the most cases that the slices of a step come from. A 3D step takes each patch from a case of its own.")
            .required(true)
            .defaultValue("4")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor SAMPLES_PER_EPOCH = new PropertyDescriptor.Builder()
            .name("Samples Per Epoch")
            .description("Patches in an epoch. 0: as many as there are training cases.")
            .required(true)
            .defaultValue("0")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor OVERSAMPLING = new PropertyDescriptor.Builder()
            .name("Oversampling")
            .description("The share of patches, 0 to 1, that are placed on a foreground class.")
            .required(true)
            .defaultValue("0.4")
            .addValidator(NumberValidator.between(0, 1))
            .build();
    static final PropertyDescriptor AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Augmentation")
            .description("How training patches are varied.")
            .required(true)
            .allowableValues(AugmentationChoice.class)
            .defaultValue(AugmentationChoice.FULL)
            .build();
    static final PropertyDescriptor ADDITIONAL_AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Additional Augmentation")
            .description("nnU-Net's own augmentations beside those of Augmentation, separated by commas: rotation, gamma, low_resolution, or all. Left empty: none.")
            .addValidator(AugmentationList.VALIDATOR)
            .build();
    static final PropertyDescriptor DATA_LOADING_THREADS = new PropertyDescriptor.Builder()
            .name("Data Loading Threads")
            .description("Threads that cut and vary patches while the device computes.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor ARCHITECTURE = new PropertyDescriptor.Builder()
            .name("Architecture")
            .description("Which network is trained.")
            .required(true)
            .allowableValues(ArchitectureChoice.class)
            .defaultValue(ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor FEATURE_SIZE = new PropertyDescriptor.Builder()
            .name("Feature Size")
            .description("Channels of a UNETR at full resolution. Each coarser level has twice as many.")
            .required(true)
            .defaultValue("16")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor HIDDEN_SIZE = new PropertyDescriptor.Builder()
            .name("Hidden Size")
            .description("How many numbers stand for a cube of 16 voxels an edge in the transformer of a UNETR: a multiple of Attention Heads.")
            .required(true)
            .defaultValue("768")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor PERCEPTRON_SIZE = new PropertyDescriptor.Builder()
            .name("Perceptron Size")
            .description("Width of the perceptron in each block of the transformer of a UNETR.")
            .required(true)
            .defaultValue("3072")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor ATTENTION_HEADS = new PropertyDescriptor.Builder()
            .name("Attention Heads")
            .description("How many ways at once the transformer of a UNETR weighs its cubes.")
            .required(true)
            .defaultValue("12")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNETR)
            .build();
    static final PropertyDescriptor FILTERS = new PropertyDescriptor.Builder()
            .name("Filters")
            .description("Channels of each level of the network, separated by commas, the finest level first. Left empty: 32, 64, 128, 256, 320, 320.")
            .addValidator(NumberListValidator.POSITIVE_INTEGERS)
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor MORE_CHANNELS = new PropertyDescriptor.Builder()
            .name("More Channels")
            .description("Whether the levels have 64, 96, 128, 192, 256, 384 and 512 channels. Filters then stays empty.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor DEPTH = new PropertyDescriptor.Builder()
            .name("Depth")
            .description("The most times the network halves its input.")
            .required(true)
            .defaultValue("5")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor MINIMUM_FEATURE_MAP = new PropertyDescriptor.Builder()
            .name("Minimum Feature Map")
            .description("No axis is halved below so many voxels.")
            .required(true)
            .defaultValue("4")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor NORMALIZATION = new PropertyDescriptor.Builder()
            .name("Normalization")
            .description("What brings the activations after each convolution to mean 0 and deviation 1.")
            .required(true)
            .allowableValues(NormalizationChoice.class)
            .defaultValue(NormalizationChoice.INSTANCE)
            .build();
    static final PropertyDescriptor NEGATIVE_SLOPE = new PropertyDescriptor.Builder()
            .name("Negative Slope")
            .description("Slope, 0 to 1, of the leaky rectifier below zero.")
            .required(true)
            .defaultValue("0.01")
            .addValidator(NumberValidator.between(0, 1))
            .build();
    static final PropertyDescriptor RESIDUAL_BLOCKS = new PropertyDescriptor.Builder()
            .name("Residual Blocks")
            .description("Whether each pair of convolutions of the encoder and the bottleneck has a shortcut over it.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION = new PropertyDescriptor.Builder()
            .name("Deep Supervision")
            .description("Whether coarser levels of the decoder are trained to segment too.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION_HEADS = new PropertyDescriptor.Builder()
            .name("Deep Supervision Heads")
            .description("How many coarser levels.")
            .required(true)
            .defaultValue("2")
            .addValidator(WholeNumberValidator.atLeast(1))
            .dependsOn(DEEP_SUPERVISION, "true")
            .build();
    static final PropertyDescriptor OPTIMIZER = new PropertyDescriptor.Builder()
            .name("Optimizer")
            .description("How gradients become steps.")
            .required(true)
            .allowableValues(OptimizerChoice.class)
            .defaultValue(OptimizerChoice.ADAM)
            .build();
    static final PropertyDescriptor TRAINED_LAYERS = new PropertyDescriptor.Builder()
            .name("Trained Layers")
            .description("Which layers are trained. All but the outputs are left as they are only where Initial Model is set.")
            .required(true)
            .allowableValues(TrainedLayersChoice.class)
            .defaultValue(TrainedLayersChoice.ALL)
            .build();
    static final PropertyDescriptor MOMENTUM = new PropertyDescriptor.Builder()
            .name("Momentum")
            .description("The share of the last step, 0 up to 1, that goes into the next one.")
            .required(true)
            .defaultValue("0.99")
            .addValidator(NumberValidator.fraction())
            .dependsOn(OPTIMIZER, OptimizerChoice.SGD)
            .build();
    static final PropertyDescriptor LEARNING_RATE = new PropertyDescriptor.Builder()
            .name("Learning Rate")
            .description("Step size of the optimiser, at its highest.")
            .required(true)
            .defaultValue("0.0008")
            .addValidator(NumberValidator.positive())
            .build();
    static final PropertyDescriptor WEIGHT_DECAY = new PropertyDescriptor.Builder()
            .name("Weight Decay")
            .description("The share of each weight, times the learning rate, that is taken off at each step. With SGD it is part of the gradient and so of the momentum.")
            .required(true)
            .defaultValue("0.0001")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor LEARNING_RATE_SCHEDULE = new PropertyDescriptor.Builder()
            .name("Learning Rate Schedule")
            .description("How the learning rate changes over the training.")
            .required(true)
            .allowableValues(SchedulerChoice.class)
            .defaultValue(SchedulerChoice.CONSTANT)
            .build();
    static final PropertyDescriptor WARMUP_STEPS = new PropertyDescriptor.Builder()
            .name("Warmup Steps")
            .description("Steps over which the learning rate rises from 0.")
            .required(true)
            .defaultValue("250")
            .addValidator(WholeNumberValidator.atLeast(0))
            .dependsOn(LEARNING_RATE_SCHEDULE, SchedulerChoice.COSINE)
            .build();
    static final PropertyDescriptor GRADIENT_CLIPPING = new PropertyDescriptor.Builder()
            .name("Gradient Clipping")
            .description("The largest norm of a gradient. 0: no limit.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor OUTPUTS = new PropertyDescriptor.Builder()
            .name("Outputs")
            .description("What the network is trained to tell. SlidingWindowPredict finds it in the model. "
                    + "BraTS Regions need a plan with the classes 1, 2 and 3, as ListCases makes it for a BraTS folder.")
            .required(true)
            .allowableValues(TrainingOutputChoice.class)
            .defaultValue(TrainingOutputChoice.CLASSES)
            .build();
    static final PropertyDescriptor FOCAL_LOSS = new PropertyDescriptor.Builder()
            .name("Focal Loss")
            .description("Whether focal loss (of sigmoids, gamma 2) takes the place of cross entropy beside the Dice loss.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor BACKGROUND_IN_DICE = new PropertyDescriptor.Builder()
            .name("Background In Dice")
            .description("Whether the Dice loss counts the background as a class.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(OUTPUTS, TrainingOutputChoice.CLASSES)
            .build();
    static final PropertyDescriptor VALIDATION_INTERVAL = new PropertyDescriptor.Builder()
            .name("Validation Interval")
            .description("Validate every so many epochs.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor SKIP_FIRST_VALIDATIONS = new PropertyDescriptor.Builder()
            .name("Skip First Validations")
            .description("Epochs at the start that are not validated.")
            .required(true)
            .defaultValue("0")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor VALIDATION_CASES = new PropertyDescriptor.Builder()
            .name("Validation Cases")
            .description("The most cases to validate on after an epoch. 0: all of the fold.")
            .required(true)
            .defaultValue("0")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();
    static final PropertyDescriptor VALIDATION_BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Validation Batch Size")
            .description("Windows in a forward pass of validation.")
            .required(true)
            .defaultValue("4")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor VALIDATION_OVERLAP = new PropertyDescriptor.Builder()
            .name("Validation Overlap")
            .description("The share of a window, 0 up to 1, that the next one covers again.")
            .required(true)
            .defaultValue("0.5")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor VALIDATION_BLEND = new PropertyDescriptor.Builder()
            .name("Validation Blend")
            .description("How overlapping windows are weighed in validation.")
            .required(true)
            .allowableValues(BlendChoice.class)
            .defaultValue(BlendChoice.GAUSSIAN)
            .build();
    static final PropertyDescriptor VALIDATION_TEST_TIME_AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Validation Test-Time Augmentation")
            .description("Whether validation averages over all flips.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor VALIDATION_GRID = new PropertyDescriptor.Builder()
            .name("Validation Grid")
            .description("On which voxels predictions are compared with labels after an epoch.")
            .required(true)
            .allowableValues(ValidationGridChoice.class)
            .defaultValue(ValidationGridChoice.PREPARED)
            .build();
    static final PropertyDescriptor WEIGHTS_AVERAGING = new PropertyDescriptor.Builder()
            .name("Weights Averaging")
            .description("Decay of a running average of the weights, which is then what is validated and kept. 0: none.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor PRECISION = new PropertyDescriptor.Builder()
            .name("Precision")
            .description("Numbers that convolutions are computed with in training. Weights, normalization and loss stay in single precision.")
            .required(true)
            .allowableValues(PrecisionChoice.class)
            .defaultValue(PrecisionChoice.FP32)
            .build();
    static final PropertyDescriptor DEVICES = new PropertyDescriptor.Builder()
            .name("Devices")
            .description("How many devices of the GPU service a training uses at once. The patches of a step are divided among them.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor SYNCHRONIZED_BATCH_NORMALIZATION = new PropertyDescriptor.Builder()
            .name("Synchronized Batch Normalization")
            .description("Whether batch normalization looks at the patches of all devices together, not at those of each device.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .dependsOn(NORMALIZATION, NormalizationChoice.BATCH)
            .dependsOn(ARCHITECTURE, ArchitectureChoice.UNET)
            .build();
    static final PropertyDescriptor RANDOM_SEED = new PropertyDescriptor.Builder()
            .name("Random Seed")
            .description("The same seed gives the same run on the same machine.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();

    private static final List<PropertyDescriptor> OF_LENGTH = List.of(EPOCHS, MINIMUM_EPOCHS, PATIENCE, TIME_BUDGET, SAMPLES_PER_EPOCH);
    private static final List<PropertyDescriptor> OF_PATCHES = List.of(BATCH_SIZE, VOLUMES_PER_BATCH, OVERSAMPLING, AUGMENTATION, ADDITIONAL_AUGMENTATION, DATA_LOADING_THREADS);
    private static final List<PropertyDescriptor> OF_NETWORK = List.of(ARCHITECTURE, FEATURE_SIZE, HIDDEN_SIZE, PERCEPTRON_SIZE, ATTENTION_HEADS, FILTERS, MORE_CHANNELS, DEPTH,
            MINIMUM_FEATURE_MAP, NORMALIZATION, NEGATIVE_SLOPE, RESIDUAL_BLOCKS, DEEP_SUPERVISION, DEEP_SUPERVISION_HEADS);
    private static final List<PropertyDescriptor> OF_GRADIENTS = List.of(OUTPUTS, FOCAL_LOSS, BACKGROUND_IN_DICE, GRADIENT_CLIPPING, OPTIMIZER);
    private static final List<PropertyDescriptor> OF_UPDATES = List.of(MOMENTUM, LEARNING_RATE, WEIGHT_DECAY, LEARNING_RATE_SCHEDULE, WARMUP_STEPS, TRAINED_LAYERS);
    private static final List<PropertyDescriptor> OF_VALIDATION = List.of(VALIDATION_INTERVAL, SKIP_FIRST_VALIDATIONS, VALIDATION_CASES, VALIDATION_BATCH_SIZE, VALIDATION_OVERLAP,
            VALIDATION_BLEND, VALIDATION_TEST_TIME_AUGMENTATION, VALIDATION_GRID, WEIGHTS_AVERAGING);
    private static final List<PropertyDescriptor> OF_COMPUTING = List.of(PRECISION, DEVICES, SYNCHRONIZED_BATCH_NORMALIZATION, RANDOM_SEED);

    static final List<PropertyDescriptor> DESCRIPTORS = Stream.of(OF_LENGTH, OF_PATCHES, OF_NETWORK, OF_GRADIENTS, OF_UPDATES, OF_VALIDATION, OF_COMPUTING).flatMap(List::stream).toList();
    /** Those that decide what a step computes, and on what: what a benchmark needs. How far a step then goes costs nothing. */
    static final List<PropertyDescriptor> STEP_DESCRIPTORS = Stream.of(OF_PATCHES, OF_NETWORK, OF_GRADIENTS, OF_COMPUTING).flatMap(List::stream).toList();

    private static final double SECONDS_A_MINUTE = 60;

    private TrainingProperties() {
    }

    /**
     * @param context a processor's context, or that of its validation
     * @throws IllegalArgumentException if settings cannot be, or not together
     */
    static TrainingSettings read(final PropertyContext context) {
        return TrainingSettings.defaults()
                .withLength(length(context))
                .withSampling(sampling(context, integer(context, SAMPLES_PER_EPOCH)))
                .withAugmentation(augmentation(context))
                .withNetwork(network(context))
                .withLoss(loss(context))
                .withOptimizer(optimizer(context))
                .withValidation(validation(context))
                .withCompute(compute(context))
                .withSeed(context.getProperty(RANDOM_SEED).asLong());
    }

    /**
     * As {@link #read}, of a processor that has {@link #STEP_DESCRIPTORS} only: everything else is as it is by default.
     *
     * @throws IllegalArgumentException if settings cannot be, or not together
     */
    static TrainingSettings readStep(final PropertyContext context) {
        return TrainingSettings.defaults()
                .withSampling(sampling(context, SamplingSettings.defaults().samplesPerEpoch()))
                .withAugmentation(augmentation(context))
                .withNetwork(network(context))
                .withLoss(loss(context))
                .withOptimizer(stepOptimizer(context))
                .withCompute(compute(context))
                .withSeed(context.getProperty(RANDOM_SEED).asLong());
    }

    private static Precision precision(final PropertyContext context) {
        return context.getProperty(PRECISION).asAllowableValue(PrecisionChoice.class).precision();
    }

    private static OptimizerSettings stepOptimizer(final PropertyContext context) {
        final OptimizerSettings defaults = OptimizerSettings.defaults();
        return new OptimizerSettings(optimizerKind(context), defaults.learningRate(), defaults.momentum(), defaults.weightDecay(), defaults.schedule(), defaults.warmupSteps(),
                decimal(context, GRADIENT_CLIPPING));
    }

    private static OptimizerKind optimizerKind(final PropertyContext context) {
        return switch (context.getProperty(OPTIMIZER).asAllowableValue(OptimizerChoice.class)) {
            case ADAM -> OptimizerKind.ADAM;
            case SGD -> OptimizerKind.SGD;
        };
    }

    private static LengthSettings length(final PropertyContext context) {
        final boolean limited = context.getProperty(TIME_BUDGET).isSet();
        final double minutes = limited ? context.getProperty(TIME_BUDGET).asTimePeriod(TimeUnit.SECONDS) / SECONDS_A_MINUTE : 0;
        return new LengthSettings(integer(context, EPOCHS), integer(context, MINIMUM_EPOCHS), integer(context, PATIENCE), minutes);
    }

    private static SamplingSettings sampling(final PropertyContext context, final int samplesPerEpoch) {
        return new SamplingSettings(
                integer(context, BATCH_SIZE),
                decimal(context, OVERSAMPLING),
                samplesPerEpoch,
                integer(context, VOLUMES_PER_BATCH),
                integer(context, DATA_LOADING_THREADS));
    }

    private static AugmentationSettings augmentation(final PropertyContext context) {
        final AugmentationSettings ofReference = switch (context.getProperty(AUGMENTATION).asAllowableValue(AugmentationChoice.class)) {
            case FULL -> AugmentationSettings.defaults();
            case FLIPS -> AugmentationSettings.flipsOnly();
            case NONE -> AugmentationSettings.none();
        };
        return AugmentationList.added(ofReference, context.getProperty(ADDITIONAL_AUGMENTATION).getValue());
    }

    private static NetworkSettings network(final PropertyContext context) {
        return switch (architecture(context)) {
            case UNET -> unet(context);
            case UNETR -> unetr(context);
        };
    }

    private static ArchitectureChoice architecture(final PropertyContext context) {
        return context.getProperty(ARCHITECTURE).asAllowableValue(ArchitectureChoice.class);
    }

    private static NetworkSettings unet(final PropertyContext context) {
        final List<Integer> filters = filters(context);
        final boolean hasMoreChannels = isTrue(context, MORE_CHANNELS);
        if (hasMoreChannels && !filters.isEmpty()) {
            throw new IllegalArgumentException("Filters and More Channels both say how many channels the network has: leave Filters empty, or set More Channels to false");
        }

        if (filters.size() == 1) {
            throw new IllegalArgumentException("A network has two levels or more, and Filters has a number for one only: add those of the coarser levels");
        }

        return new NetworkSettings(
                Architecture.UNET,
                filters,
                hasMoreChannels,
                integer(context, DEPTH),
                integer(context, MINIMUM_FEATURE_MAP),
                normalization(context),
                decimal(context, NEGATIVE_SLOPE),
                isTrue(context, RESIDUAL_BLOCKS),
                isTrue(context, DEEP_SUPERVISION),
                deepSupervisionHeads(context),
                UnetrSettings.defaults());
    }

    /** What is of a U-Net only is hidden then, and is not read. */
    private static NetworkSettings unetr(final PropertyContext context) {
        final NetworkSettings defaults = NetworkSettings.defaults();
        return new NetworkSettings(
                Architecture.UNETR,
                defaults.filters(),
                defaults.moreChannels(),
                defaults.depth(),
                defaults.minimumFeatureMap(),
                normalization(context),
                decimal(context, NEGATIVE_SLOPE),
                defaults.residualBlocks(),
                isTrue(context, DEEP_SUPERVISION),
                defaults.deepSupervisionHeads(),
                new UnetrSettings(integer(context, FEATURE_SIZE), integer(context, HIDDEN_SIZE), integer(context, PERCEPTRON_SIZE), integer(context, ATTENTION_HEADS)));
    }

    private static List<Integer> filters(final PropertyContext context) {
        final String text = context.getProperty(FILTERS).getValue();
        return text == null ? List.of() : Arrays.stream(text.strip().split("\\s*,\\s*")).map(Integer::valueOf).toList();
    }

    private static Normalization normalization(final PropertyContext context) {
        return switch (context.getProperty(NORMALIZATION).asAllowableValue(NormalizationChoice.class)) {
            case INSTANCE -> Normalization.INSTANCE;
            case BATCH -> Normalization.BATCH;
            case GROUP -> Normalization.GROUP;
        };
    }

    /** A property that another one hides may have any value, so it is not read. */
    private static int deepSupervisionHeads(final PropertyContext context) {
        if (!isTrue(context, DEEP_SUPERVISION)) {
            return NetworkSettings.defaults().deepSupervisionHeads();
        }

        final int heads = integer(context, DEEP_SUPERVISION_HEADS);
        final int depth = integer(context, DEPTH);
        if (heads >= depth) {
            throw new IllegalArgumentException("A network of depth %d can have %d deep supervision heads at most, not %d: lower Deep Supervision Heads or raise Depth"
                    .formatted(depth, depth - 1, heads));
        }

        return heads;
    }

    private static LossSettings loss(final PropertyContext context) {
        final TrainingOutputChoice outputs = context.getProperty(OUTPUTS).asAllowableValue(TrainingOutputChoice.class);
        final boolean areClasses = outputs == TrainingOutputChoice.CLASSES;
        return new LossSettings(
                isTrue(context, FOCAL_LOSS),
                outputs == TrainingOutputChoice.BRATS,
                areClasses && isTrue(context, BACKGROUND_IN_DICE),
                outputs != TrainingOutputChoice.FOREGROUND);
    }

    private static OptimizerSettings optimizer(final PropertyContext context) {
        final OptimizerSettings defaults = OptimizerSettings.defaults();
        final OptimizerKind kind = optimizerKind(context);
        final ScheduleKind schedule = switch (context.getProperty(LEARNING_RATE_SCHEDULE).asAllowableValue(SchedulerChoice.class)) {
            case CONSTANT -> ScheduleKind.CONSTANT;
            case COSINE -> ScheduleKind.COSINE;
        };

        return new OptimizerSettings(
                kind,
                decimal(context, LEARNING_RATE),
                kind == OptimizerKind.SGD ? decimal(context, MOMENTUM) : defaults.momentum(),
                decimal(context, WEIGHT_DECAY),
                schedule,
                schedule == ScheduleKind.COSINE ? integer(context, WARMUP_STEPS) : defaults.warmupSteps(),
                decimal(context, GRADIENT_CLIPPING),
                layers(context));
    }

    static TrainedLayers layers(final PropertyContext context) {
        return switch (context.getProperty(TRAINED_LAYERS).asAllowableValue(TrainedLayersChoice.class)) {
            case ALL -> TrainedLayers.ALL;
            case OUTPUTS -> TrainedLayers.OUTPUTS;
        };
    }

    private static ValidationSettings validation(final PropertyContext context) {
        return new ValidationSettings(
                integer(context, VALIDATION_INTERVAL),
                integer(context, SKIP_FIRST_VALIDATIONS),
                integer(context, VALIDATION_CASES),
                ValidationSettings.defaults().maximumSeconds(),
                integer(context, VALIDATION_BATCH_SIZE),
                decimal(context, VALIDATION_OVERLAP),
                context.getProperty(VALIDATION_BLEND).asAllowableValue(BlendChoice.class) == BlendChoice.GAUSSIAN,
                isTrue(context, VALIDATION_TEST_TIME_AUGMENTATION),
                decimal(context, WEIGHTS_AVERAGING),
                context.getProperty(VALIDATION_GRID).asAllowableValue(ValidationGridChoice.class).grid());
    }

    private static ComputeSettings compute(final PropertyContext context) {
        final int devices = integer(context, DEVICES);
        if (integer(context, BATCH_SIZE) < devices) {
            throw new IllegalArgumentException("A step of %d patches cannot be divided among %d devices: raise Batch Size or lower Devices".formatted(integer(context, BATCH_SIZE), devices));
        }

        final boolean canSynchronize = architecture(context) == ArchitectureChoice.UNET && normalization(context) == Normalization.BATCH;
        return new ComputeSettings(
                precision(context),
                devices,
                canSynchronize && isTrue(context, SYNCHRONIZED_BATCH_NORMALIZATION));
    }

    private static int integer(final PropertyContext context, final PropertyDescriptor property) {
        return context.getProperty(property).asInteger();
    }

    private static double decimal(final PropertyContext context, final PropertyDescriptor property) {
        return context.getProperty(property).asDouble();
    }

    private static boolean isTrue(final PropertyContext context, final PropertyDescriptor property) {
        return context.getProperty(property).asBoolean();
    }
}
