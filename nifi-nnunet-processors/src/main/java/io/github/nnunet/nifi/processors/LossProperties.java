/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.training.LossSettings;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.util.List;

/** What a network is trained to tell, and what is minimised, as properties of a processor. */
final class LossProperties {
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

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(OUTPUTS, FOCAL_LOSS, BACKGROUND_IN_DICE);

    private LossProperties() {
    }

    static LossSettings read(final PropertyContext context) {
        final TrainingOutputChoice outputs = context.getProperty(OUTPUTS).asAllowableValue(TrainingOutputChoice.class);
        final boolean areClasses = outputs == TrainingOutputChoice.CLASSES;
        return new LossSettings(
                context.getProperty(FOCAL_LOSS).asBoolean(),
                outputs == TrainingOutputChoice.BRATS,
                areClasses && context.getProperty(BACKGROUND_IN_DICE).asBoolean(),
                outputs != TrainingOutputChoice.FOREGROUND);
    }
}
