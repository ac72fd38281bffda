/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.List;

/** Finds out what the outputs of a trained network stand for. */
public final class ModelOutputs {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Painted one over the other, the labels are those that BraTS cases are prepared with. */
    private static final List<LabelClass> BRATS_REGIONS = List.of(new LabelClass(2, "WT"), new LabelClass(1, "TC"), new LabelClass(3, "ET"));

    private ModelOutputs() {
    }

    /**
     * @param name         of the model, for messages
     * @param outputs      how many the network has
     * @param plan         its plan
     * @param trainingJson what the model file says of its training; an empty text for a file from elsewhere
     * @return the regions of BraTS if it was trained on them, one region of all classes if there is one output, else the plan's classes
     * @throws CaseException if the number of outputs is none of these
     */
    public static OutputActivation of(final String name, final int outputs, final Plan plan, final String trainingJson) throws CaseException {
        if (isTrainedOnRegions(name, trainingJson)) {
            return bratsRegions(name, outputs);
        }

        return outputs == 1 ? singleRegion(plan) : classes(name, outputs, plan);
    }

    private static boolean isTrainedOnRegions(final String name, final String trainingJson) throws CaseException {
        try {
            final JsonNode training = MAPPER.readTree(trainingJson);
            return training.path("settings").path("loss").path("brats").asBoolean();
        } catch (final JsonProcessingException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "The model %s has a training history that is not JSON: copy the file again".formatted(name), e);
        }
    }

    /** One output a class of the plan. */
    public static OutputActivation classes(final String name, final int outputs, final Plan plan) throws CaseException {
        if (outputs != plan.classes().size()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The model %s has %d outputs and the plan %d classes: give the case the plan that the model was trained with"
                    .formatted(name, outputs, plan.classes().size()));
        }

        return new OutputActivation.ExclusiveClasses(plan.classes());
    }

    /** The outputs WT, TC and ET of BraTS. */
    public static OutputActivation bratsRegions(final String name, final int outputs) throws CaseException {
        if (outputs != BRATS_REGIONS.size()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The model %s has %d outputs, where the regions of BraTS need %d: choose a model that was trained on them"
                    .formatted(name, outputs, BRATS_REGIONS.size()));
        }

        return new OutputActivation.NestedRegions(BRATS_REGIONS);
    }

    /** The network tells structure from background; the structure is written as the first class. */
    private static OutputActivation singleRegion(final Plan plan) {
        final List<LabelClass> structures = plan.classes().subList(1, plan.classes().size());
        final String name = String.join(" + ", structures.stream().map(LabelClass::name).toList());
        return new OutputActivation.NestedRegions(List.of(new LabelClass(structures.getFirst().value(), name)));
    }
}
