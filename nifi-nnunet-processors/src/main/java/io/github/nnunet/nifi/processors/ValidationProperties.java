/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.ValidationSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;

/** How the network of an epoch is scored, as properties of a processor. */
final class ValidationProperties {
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

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(VALIDATION_INTERVAL, SKIP_FIRST_VALIDATIONS, VALIDATION_CASES, VALIDATION_BATCH_SIZE, VALIDATION_OVERLAP, VALIDATION_BLEND,
            VALIDATION_TEST_TIME_AUGMENTATION, VALIDATION_GRID, WEIGHTS_AVERAGING);

    private ValidationProperties() {
    }

    static ValidationSettings read(final PropertyContext context) {
        return new ValidationSettings(
                context.getProperty(VALIDATION_INTERVAL).asInteger(),
                context.getProperty(SKIP_FIRST_VALIDATIONS).asInteger(),
                context.getProperty(VALIDATION_CASES).asInteger(),
                ValidationSettings.defaults().maximumSeconds(),
                context.getProperty(VALIDATION_BATCH_SIZE).asInteger(),
                context.getProperty(VALIDATION_OVERLAP).asDouble(),
                context.getProperty(VALIDATION_BLEND).asAllowableValue(BlendChoice.class) == BlendChoice.GAUSSIAN,
                context.getProperty(VALIDATION_TEST_TIME_AUGMENTATION).asBoolean(),
                context.getProperty(WEIGHTS_AVERAGING).asDouble(),
                context.getProperty(VALIDATION_GRID).asAllowableValue(ValidationGridChoice.class).grid());
    }
}
