/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.TrainedLayers;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.OptimizerKind;
import io.github.nnunet.training.OptimizerSettings;
import io.github.nnunet.training.ScheduleKind;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;

/** How gradients become steps, as properties of a processor. */
final class OptimizerProperties {
    static final PropertyDescriptor GRADIENT_CLIPPING = new PropertyDescriptor.Builder()
            .name("Gradient Clipping")
            .description("The largest norm of a gradient. 0: no limit.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor OPTIMIZER = new PropertyDescriptor.Builder()
            .name("Optimizer")
            .description("How gradients become steps.")
            .required(true)
            .allowableValues(OptimizerChoice.class)
            .defaultValue(OptimizerChoice.ADAM)
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
    static final PropertyDescriptor TRAINED_LAYERS = new PropertyDescriptor.Builder()
            .name("Trained Layers")
            .description("Which layers are trained. All but the outputs are left as they are only where Initial Model is set.")
            .required(true)
            .allowableValues(TrainedLayersChoice.class)
            .defaultValue(TrainedLayersChoice.ALL)
            .build();

    /** Those that decide what a step computes. */
    static final List<PropertyDescriptor> STEP_DESCRIPTORS = List.of(GRADIENT_CLIPPING, OPTIMIZER);
    /** Those that decide how far a step goes, and for which weights. */
    static final List<PropertyDescriptor> UPDATE_DESCRIPTORS = List.of(MOMENTUM, LEARNING_RATE, WEIGHT_DECAY, LEARNING_RATE_SCHEDULE, WARMUP_STEPS, TRAINED_LAYERS);

    private OptimizerProperties() {
    }

    static OptimizerSettings read(final PropertyContext context) {
        final OptimizerSettings defaults = OptimizerSettings.defaults();
        final OptimizerKind kind = optimizerKind(context);
        final ScheduleKind schedule = switch (context.getProperty(LEARNING_RATE_SCHEDULE).asAllowableValue(SchedulerChoice.class)) {
            case CONSTANT -> ScheduleKind.CONSTANT;
            case COSINE -> ScheduleKind.COSINE;
        };

        return new OptimizerSettings(
                kind,
                context.getProperty(LEARNING_RATE).asDouble(),
                kind == OptimizerKind.SGD ? context.getProperty(MOMENTUM).asDouble() : defaults.momentum(),
                context.getProperty(WEIGHT_DECAY).asDouble(),
                schedule,
                schedule == ScheduleKind.COSINE ? context.getProperty(WARMUP_STEPS).asInteger() : defaults.warmupSteps(),
                context.getProperty(GRADIENT_CLIPPING).asDouble(),
                layers(context));
    }

    /** @return what {@link #STEP_DESCRIPTORS} say, all else as it is by default */
    static OptimizerSettings readStep(final PropertyContext context) {
        final OptimizerSettings defaults = OptimizerSettings.defaults();
        return new OptimizerSettings(optimizerKind(context), defaults.learningRate(), defaults.momentum(), defaults.weightDecay(), defaults.schedule(), defaults.warmupSteps(),
                context.getProperty(GRADIENT_CLIPPING).asDouble());
    }

    private static OptimizerKind optimizerKind(final PropertyContext context) {
        return switch (context.getProperty(OPTIMIZER).asAllowableValue(OptimizerChoice.class)) {
            case ADAM -> OptimizerKind.ADAM;
            case SGD -> OptimizerKind.SGD;
        };
    }

    static TrainedLayers layers(final PropertyContext context) {
        return switch (context.getProperty(TRAINED_LAYERS).asAllowableValue(TrainedLayersChoice.class)) {
            case ALL -> TrainedLayers.ALL;
            case OUTPUTS -> TrainedLayers.OUTPUTS;
        };
    }
}
