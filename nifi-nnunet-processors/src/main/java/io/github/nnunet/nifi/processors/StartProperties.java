/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.TrainedLayers;
import io.github.nnunet.nifi.CaseAttributes;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.util.StandardValidators;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a training starts, as properties of a processor. */
final class StartProperties {
    static final PropertyDescriptor INITIAL_MODEL = new PropertyDescriptor.Builder()
            .name("Initial Model")
            .description("A file with weights to start from: a model or checkpoint of TrainUNet (best.pt, last.pt), or a TorchScript file of a MONAI network. "
                    + "Weights are taken over where name and shape are the same; the others start untrained. Left empty, all do.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor EXISTING_RUN = new PropertyDescriptor.Builder()
            .name("Existing Run")
            .description("What a job that has not begun does with a checkpoint in its run folder. A job that has begun always goes on from it.")
            .required(true)
            .allowableValues(ExistingRunChoice.class)
            .defaultValue(ExistingRunChoice.CONTINUE)
            .build();

    static final List<PropertyDescriptor> DESCRIPTORS = List.of(INITIAL_MODEL, EXISTING_RUN);

    private StartProperties() {
    }

    /** @throws IllegalArgumentException if layers are left as an initial model has them, and there can be none */
    static void requireTrainedLayers(final PropertyContext context) {
        if (OptimizerProperties.layers(context) != TrainedLayers.ALL && !context.getProperty(INITIAL_MODEL).isSet()) {
            throw new IllegalArgumentException("Trained Layers leaves all but the outputs as they are, which needs a trained network: set Initial Model, or Trained Layers to all");
        }
    }

    /** @return the file to start from; empty if there is none for this job */
    static Optional<Path> initialModel(final PropertyContext context, final FlowFile job) {
        final String file = context.getProperty(INITIAL_MODEL).evaluateAttributeExpressions(job).getValue();
        return file == null || file.isBlank() ? Optional.empty() : Optional.of(Path.of(file.strip()).toAbsolutePath());
    }

    /** @return whether the job begins anew, whatever its run folder has */
    static boolean isAnew(final PropertyContext context, final FlowFile job) {
        return job.getAttribute(CaseAttributes.TRAINING_EPOCH) == null
                && context.getProperty(EXISTING_RUN).asAllowableValue(ExistingRunChoice.class) == ExistingRunChoice.REPLACE;
    }
}
