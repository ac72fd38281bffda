/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.training.AugmentationSettings;
import io.github.nnunet.training.LengthSettings;
import io.github.nnunet.training.LossSettings;
import io.github.nnunet.training.NetworkSettings;
import io.github.nnunet.training.OptimizerSettings;
import io.github.nnunet.training.SamplingSettings;
import io.github.nnunet.training.ScheduleKind;
import io.github.nnunet.training.TrainingSettings;
import io.github.nnunet.training.ValidationSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.processor.util.StandardValidators;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The settings of a training as properties of a processor. Defaults are those of the reference's command line. */
final class TrainingProperties {
    static final PropertyDescriptor EPOCHS = new PropertyDescriptor.Builder()
            .name("Epochs")
            .description("The most epochs to train.")
            .required(true)
            .defaultValue("1000")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor MINIMUM_EPOCHS = new PropertyDescriptor.Builder()
            .name("Minimum Epochs")
            .description("Patience does not end the training before so many epochs.")
            .required(true)
            .defaultValue("30")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor PATIENCE = new PropertyDescriptor.Builder()
            .name("Patience")
            .description("Training ends when the mean validation Dice has not risen for so many epochs.")
            .required(true)
            .defaultValue("100")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor TIME_BUDGET = new PropertyDescriptor.Builder()
            .name("Time Budget")
            .description("Training ends when it has taken so long, whatever the number of epochs. Left empty, there is no limit.")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();
    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("Patches in a step.")
            .required(true)
            .defaultValue("2")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor SAMPLES_PER_EPOCH = new PropertyDescriptor.Builder()
            .name("Samples Per Epoch")
            .description("Patches in an epoch. 0: as many as there are training cases.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
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
    static final PropertyDescriptor DATA_LOADING_THREADS = new PropertyDescriptor.Builder()
            .name("Data Loading Threads")
            .description("Threads that cut and vary patches while the device computes.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor FILTERS = new PropertyDescriptor.Builder()
            .name("Filters")
            .description("Channels of each level of the network, separated by commas, the finest level first. Left empty: 32, 64, 128, 256, 320, 320.")
            .addValidator(NumberListValidator.POSITIVE_INTEGERS)
            .build();
    static final PropertyDescriptor DEPTH = new PropertyDescriptor.Builder()
            .name("Depth")
            .description("The most times the network halves its input.")
            .required(true)
            .defaultValue("5")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor MINIMUM_FEATURE_MAP = new PropertyDescriptor.Builder()
            .name("Minimum Feature Map")
            .description("No axis is halved below so many voxels.")
            .required(true)
            .defaultValue("4")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
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
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .dependsOn(DEEP_SUPERVISION, "true")
            .build();
    static final PropertyDescriptor LEARNING_RATE = new PropertyDescriptor.Builder()
            .name("Learning Rate")
            .description("Step size of the optimiser, Adam with decoupled weight decay.")
            .required(true)
            .defaultValue("0.0008")
            .addValidator(NumberValidator.positive())
            .build();
    static final PropertyDescriptor WEIGHT_DECAY = new PropertyDescriptor.Builder()
            .name("Weight Decay")
            .description("The share of each weight, times the learning rate, that is taken off at each step.")
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
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .dependsOn(LEARNING_RATE_SCHEDULE, SchedulerChoice.COSINE)
            .build();
    static final PropertyDescriptor GRADIENT_CLIPPING = new PropertyDescriptor.Builder()
            .name("Gradient Clipping")
            .description("The largest norm of a gradient. 0: no limit.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor BACKGROUND_IN_DICE = new PropertyDescriptor.Builder()
            .name("Background In Dice")
            .description("Whether the Dice loss counts the background as a class.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor VALIDATION_INTERVAL = new PropertyDescriptor.Builder()
            .name("Validation Interval")
            .description("Validate every so many epochs.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor SKIP_FIRST_VALIDATIONS = new PropertyDescriptor.Builder()
            .name("Skip First Validations")
            .description("Epochs at the start that are not validated.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor VALIDATION_CASES = new PropertyDescriptor.Builder()
            .name("Validation Cases")
            .description("The most cases to validate on after an epoch. 0: all of the fold.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor VALIDATION_BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Validation Batch Size")
            .description("Windows in a forward pass of validation.")
            .required(true)
            .defaultValue("4")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
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
    static final PropertyDescriptor WEIGHTS_AVERAGING = new PropertyDescriptor.Builder()
            .name("Weights Averaging")
            .description("Decay of a running average of the weights, which is then what is validated and kept. 0: none.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor RANDOM_SEED = new PropertyDescriptor.Builder()
            .name("Random Seed")
            .description("The same seed gives the same run on the same machine.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(
            EPOCHS, MINIMUM_EPOCHS, PATIENCE, TIME_BUDGET, BATCH_SIZE, SAMPLES_PER_EPOCH, OVERSAMPLING, AUGMENTATION,
            DATA_LOADING_THREADS, FILTERS, DEPTH, MINIMUM_FEATURE_MAP, DEEP_SUPERVISION, DEEP_SUPERVISION_HEADS, LEARNING_RATE,
            WEIGHT_DECAY, LEARNING_RATE_SCHEDULE, WARMUP_STEPS, GRADIENT_CLIPPING, BACKGROUND_IN_DICE, VALIDATION_INTERVAL,
            SKIP_FIRST_VALIDATIONS, VALIDATION_CASES, VALIDATION_BATCH_SIZE, VALIDATION_OVERLAP, VALIDATION_BLEND,
            VALIDATION_TEST_TIME_AUGMENTATION, WEIGHTS_AVERAGING, RANDOM_SEED);

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
                .withSampling(sampling(context))
                .withAugmentation(augmentation(context))
                .withNetwork(network(context))
                .withLoss(loss(context))
                .withOptimizer(optimizer(context))
                .withValidation(validation(context))
                .withSeed(context.getProperty(RANDOM_SEED).asLong());
    }

    private static LengthSettings length(final PropertyContext context) {
        final boolean limited = context.getProperty(TIME_BUDGET).isSet();
        final double minutes = limited ? context.getProperty(TIME_BUDGET).asTimePeriod(TimeUnit.SECONDS) / SECONDS_A_MINUTE : 0;
        return new LengthSettings(integer(context, EPOCHS), integer(context, MINIMUM_EPOCHS), integer(context, PATIENCE), minutes);
    }

    private static SamplingSettings sampling(final PropertyContext context) {
        return new SamplingSettings(
                integer(context, BATCH_SIZE),
                decimal(context, OVERSAMPLING),
                integer(context, SAMPLES_PER_EPOCH),
                SamplingSettings.defaults().volumesPerBatch(),
                integer(context, DATA_LOADING_THREADS));
    }

    private static AugmentationSettings augmentation(final PropertyContext context) {
        return switch (context.getProperty(AUGMENTATION).asAllowableValue(AugmentationChoice.class)) {
            case FULL -> AugmentationSettings.defaults();
            case FLIPS -> AugmentationSettings.flipsOnly();
            case NONE -> AugmentationSettings.none();
        };
    }

    private static NetworkSettings network(final PropertyContext context) {
        final NetworkSettings defaults = NetworkSettings.defaults();
        return new NetworkSettings(
                filters(context),
                defaults.moreChannels(),
                integer(context, DEPTH),
                integer(context, MINIMUM_FEATURE_MAP),
                defaults.norm(),
                defaults.negativeSlope(),
                defaults.residualBlocks(),
                context.getProperty(DEEP_SUPERVISION).asBoolean(),
                integer(context, DEEP_SUPERVISION_HEADS));
    }

    private static List<Integer> filters(final PropertyContext context) {
        final String text = context.getProperty(FILTERS).getValue();
        return text == null ? List.of() : Arrays.stream(text.strip().split("\\s*,\\s*")).map(Integer::valueOf).toList();
    }

    private static LossSettings loss(final PropertyContext context) {
        final LossSettings defaults = LossSettings.defaults();
        return new LossSettings(defaults.focal(), defaults.brats(), context.getProperty(BACKGROUND_IN_DICE).asBoolean(), defaults.backgroundIsAnOutput());
    }

    private static OptimizerSettings optimizer(final PropertyContext context) {
        final OptimizerSettings defaults = OptimizerSettings.defaults();
        final ScheduleKind schedule = switch (context.getProperty(LEARNING_RATE_SCHEDULE).asAllowableValue(SchedulerChoice.class)) {
            case CONSTANT -> ScheduleKind.CONSTANT;
            case COSINE -> ScheduleKind.COSINE;
        };

        return new OptimizerSettings(
                defaults.kind(),
                decimal(context, LEARNING_RATE),
                defaults.momentum(),
                decimal(context, WEIGHT_DECAY),
                schedule,
                integer(context, WARMUP_STEPS),
                decimal(context, GRADIENT_CLIPPING));
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
                context.getProperty(VALIDATION_TEST_TIME_AUGMENTATION).asBoolean(),
                decimal(context, WEIGHTS_AVERAGING));
    }

    private static int integer(final PropertyContext context, final PropertyDescriptor property) {
        return context.getProperty(property).asInteger();
    }

    private static double decimal(final PropertyContext context, final PropertyDescriptor property) {
        return context.getProperty(property).asDouble();
    }
}
