/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.training.LengthSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** How long a training goes on, and how long its epochs are, as properties of a processor. */
final class LengthProperties {
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
    static final PropertyDescriptor SAMPLES_PER_EPOCH = new PropertyDescriptor.Builder()
            .name("Samples Per Epoch")
            .description("Patches in an epoch. 0: as many as there are training cases.")
            .required(true)
            .defaultValue("0")
            .addValidator(WholeNumberValidator.atLeast(0))
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(EPOCHS, MINIMUM_EPOCHS, PATIENCE, TIME_BUDGET, SAMPLES_PER_EPOCH);

    private static final double SECONDS_A_MINUTE = 60;

    private LengthProperties() {
    }

    static LengthSettings read(final PropertyContext context) {
        final boolean limited = context.getProperty(TIME_BUDGET).isSet();
        final double minutes = limited ? context.getProperty(TIME_BUDGET).asTimePeriod(TimeUnit.SECONDS) / SECONDS_A_MINUTE : 0;
        return new LengthSettings(context.getProperty(EPOCHS).asInteger(), context.getProperty(MINIMUM_EPOCHS).asInteger(), context.getProperty(PATIENCE).asInteger(), minutes);
    }
}
