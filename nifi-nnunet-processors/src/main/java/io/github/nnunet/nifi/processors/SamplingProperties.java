/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.AugmentationSettings;
import io.github.nnunet.training.SamplingSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;

/** Which patches a step takes, and how they are varied, as properties of a processor. */
final class SamplingProperties {
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

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(BATCH_SIZE, VOLUMES_PER_BATCH, OVERSAMPLING, AUGMENTATION, ADDITIONAL_AUGMENTATION, DATA_LOADING_THREADS);

    private SamplingProperties() {
    }

    /** @param samplesPerEpoch 0: as many as there are training cases */
    static SamplingSettings read(final PropertyContext context, final int samplesPerEpoch) {
        return new SamplingSettings(
                context.getProperty(BATCH_SIZE).asInteger(),
                context.getProperty(OVERSAMPLING).asDouble(),
                samplesPerEpoch,
                context.getProperty(VOLUMES_PER_BATCH).asInteger(),
                context.getProperty(DATA_LOADING_THREADS).asInteger());
    }

    static AugmentationSettings augmentation(final PropertyContext context) {
        final AugmentationSettings ofReference = switch (context.getProperty(AUGMENTATION).asAllowableValue(AugmentationChoice.class)) {
            case FULL -> AugmentationSettings.defaults();
            case FLIPS -> AugmentationSettings.flipsOnly();
            case NONE -> AugmentationSettings.none();
        };
        return AugmentationList.added(ofReference, context.getProperty(ADDITIONAL_AUGMENTATION).getValue());
    }
}
