/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ModelOutputsTest {
    private static final List<LabelClass> CLASSES = List.of(new LabelClass(0, "background"), new LabelClass(5, "left"), new LabelClass(7, "right"));
    private static final Plan PLAN = new Plan("90", "Phantom", 3, Modality.MRI, List.of("T1"), CLASSES, new Spacing(1, 1, 1), new Shape(8, 8, 8), Optional.empty(), false);

    @Test
    void aModelTrainedOnRegionsHasRegions() throws CaseException {
        final OutputActivation outputs = ModelOutputs.of("a.pt", 3, PLAN, "{\"settings\": {\"loss\": {\"brats\": true}}}");
        assertInstanceOf(OutputActivation.NestedRegions.class, outputs);
        assertEquals(List.of(new LabelClass(2, "WT"), new LabelClass(1, "TC"), new LabelClass(3, "ET")), outputs.labels());
    }

    @Test
    void aModelThatSaysNothingHasTheClassesOfThePlan() throws CaseException {
        assertEquals(new OutputActivation.ExclusiveClasses(CLASSES), ModelOutputs.of("a.pt", 3, PLAN, ""));
        assertEquals(new OutputActivation.ExclusiveClasses(CLASSES), ModelOutputs.of("a.pt", 3, PLAN, "{\"settings\": {\"loss\": {\"brats\": false}}}"));
    }

    @Test
    void aSingleOutputIsOneRegionOfAllClasses() throws CaseException {
        assertEquals(new OutputActivation.NestedRegions(List.of(new LabelClass(5, "left + right"))), ModelOutputs.of("a.pt", 1, PLAN, "{}"));
    }

    @Test
    void otherNumbersOfOutputsAreRefused() {
        assertThrows(CaseException.class, () -> ModelOutputs.of("a.pt", 4, PLAN, ""));
        assertThrows(CaseException.class, () -> ModelOutputs.classes("a.pt", 2, PLAN));
        assertThrows(CaseException.class, () -> ModelOutputs.bratsRegions("a.pt", 4));
        assertThrows(CaseException.class, () -> ModelOutputs.of("a.pt", 3, PLAN, "{"));
    }
}
