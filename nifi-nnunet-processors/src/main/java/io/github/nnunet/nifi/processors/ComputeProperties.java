/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.Precision;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.nifi.gpu.PrecisionChoice;
import io.github.nnunet.training.ComputeSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;

/** On what and in which numbers a step is computed, as properties of a processor. */
final class ComputeProperties {
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
            .dependsOn(NetworkProperties.NORMALIZATION, NormalizationChoice.BATCH)
            .dependsOn(NetworkProperties.ARCHITECTURE, ArchitectureChoice.UNET)
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(PRECISION, DEVICES, SYNCHRONIZED_BATCH_NORMALIZATION);

    private ComputeProperties() {
    }

    /** @throws IllegalArgumentException if the patches of a step cannot be divided among the devices */
    static ComputeSettings read(final PropertyContext context) {
        final int devices = context.getProperty(DEVICES).asInteger();
        final int patches = context.getProperty(SamplingProperties.BATCH_SIZE).asInteger();
        if (patches < devices) {
            throw new IllegalArgumentException("A step of %d patches cannot be divided among %d devices: raise Batch Size or lower Devices".formatted(patches, devices));
        }

        final boolean canSynchronize = NetworkProperties.architecture(context) == ArchitectureChoice.UNET && NetworkProperties.normalization(context) == Normalization.BATCH;
        return new ComputeSettings(
                precision(context),
                devices,
                canSynchronize && context.getProperty(SYNCHRONIZED_BATCH_NORMALIZATION).asBoolean());
    }

    private static Precision precision(final PropertyContext context) {
        return context.getProperty(PRECISION).asAllowableValue(PrecisionChoice.class).precision();
    }
}
