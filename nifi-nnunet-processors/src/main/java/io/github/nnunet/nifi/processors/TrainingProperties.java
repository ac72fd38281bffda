/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.SamplingSettings;
import io.github.nnunet.training.TrainingSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;
import java.util.stream.Stream;

/** The settings of a training as properties of a processor. Defaults are those of the reference's command line. */
final class TrainingProperties {
    static final PropertyDescriptor RANDOM_SEED = new PropertyDescriptor.Builder()
            .name("Random Seed")
            .description("The same seed gives the same run on the same machine.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = Stream.of(LengthProperties.DESCRIPTORS, SamplingProperties.DESCRIPTORS, NetworkProperties.DESCRIPTORS, LossProperties.DESCRIPTORS,
            OptimizerProperties.STEP_DESCRIPTORS, OptimizerProperties.UPDATE_DESCRIPTORS, ValidationProperties.DESCRIPTORS, ComputeProperties.DESCRIPTORS, List.of(RANDOM_SEED))
            .flatMap(List::stream).toList();
    /** Those that decide what a step computes, and on what: what a benchmark needs. How far a step then goes costs nothing. */
    static final List<PropertyDescriptor> STEP_DESCRIPTORS = Stream.of(SamplingProperties.DESCRIPTORS, NetworkProperties.DESCRIPTORS, LossProperties.DESCRIPTORS,
            OptimizerProperties.STEP_DESCRIPTORS, ComputeProperties.DESCRIPTORS, List.of(RANDOM_SEED))
            .flatMap(List::stream).toList();

    private TrainingProperties() {
    }

    /**
     * @param context a processor's context, or that of its validation
     * @throws IllegalArgumentException if settings cannot be, or not together
     */
    static TrainingSettings read(final PropertyContext context) {
        return TrainingSettings.defaults()
                .withLength(LengthProperties.read(context))
                .withSampling(SamplingProperties.read(context, context.getProperty(LengthProperties.SAMPLES_PER_EPOCH).asInteger()))
                .withAugmentation(SamplingProperties.augmentation(context))
                .withNetwork(NetworkProperties.read(context))
                .withLoss(LossProperties.read(context))
                .withOptimizer(OptimizerProperties.read(context))
                .withValidation(ValidationProperties.read(context))
                .withCompute(ComputeProperties.read(context))
                .withSeed(context.getProperty(RANDOM_SEED).asLong());
    }

    /**
     * As {@link #read}, of a processor that has {@link #STEP_DESCRIPTORS} only: everything else is as it is by default.
     *
     * @throws IllegalArgumentException if settings cannot be, or not together
     */
    static TrainingSettings readStep(final PropertyContext context) {
        return TrainingSettings.defaults()
                .withSampling(SamplingProperties.read(context, SamplingSettings.defaults().samplesPerEpoch()))
                .withAugmentation(SamplingProperties.augmentation(context))
                .withNetwork(NetworkProperties.read(context))
                .withLoss(LossProperties.read(context))
                .withOptimizer(OptimizerProperties.readStep(context))
                .withCompute(ComputeProperties.read(context))
                .withSeed(context.getProperty(RANDOM_SEED).asLong());
    }
}
