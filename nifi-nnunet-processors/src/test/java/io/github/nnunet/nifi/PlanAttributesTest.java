/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

class PlanAttributesTest {

    @Test
    void aPlanComesBackFromItsAttributes() throws CaseException {
        final Plan plan = plan(3, Optional.of(new CtStatistics(-57, 175, 58.5, 39.25)));

        assertEquals(plan, PlanAttributes.require(PlanAttributes.of(plan)));
    }

    @Test
    void partsAreThereForProperties() {
        final Map<String, String> attributes = PlanAttributes.of(plan(3, Optional.of(new CtStatistics(-57, 175, 58.5, 39.25))));

        assertEquals("2.5,0.75,0.75", attributes.get("nnunet.plan.spacing"));
        assertEquals("16,32,64", attributes.get("nnunet.plan.patch"));
        assertEquals("CT", attributes.get("nnunet.plan.modality"));
        assertEquals("3", attributes.get("nnunet.plan.dimensions"));
        assertEquals("true", attributes.get("nnunet.plan.foreground.channel"));
        assertEquals("-57.0", attributes.get("nnunet.plan.ct.min"));
        assertEquals("39.25", attributes.get("nnunet.plan.ct.std"));
    }

    @Test
    void a2dPlanLeavesTheSpacingToTheScan() {
        assertEquals("scan", PlanAttributes.of(plan(2, Optional.empty())).get(PlanAttributes.SPACING));
    }

    @Test
    void thereAreNoStatisticsWhereThePlanHasNone() {
        assertFalse(PlanAttributes.of(plan(3, Optional.empty())).containsKey(PlanAttributes.CT_MIN));
    }

    @Test
    void aFlowfileWithoutAPlanIsSaid() {
        final CaseException fault = assertThrows(CaseException.class, () -> PlanAttributes.require(Map.of()));

        assertEquals(FaultCategory.UNSUPPORTED, fault.category());
    }

    private static Plan plan(final int dimensions, final Optional<CtStatistics> statistics) {
        return new Plan("09", "Spleen", dimensions, Modality.CT, List.of("CT"), List.of(new LabelClass(0, "background"), new LabelClass(1, "spleen")),
                new Spacing(2.5, 0.75, 0.75), new Shape(dimensions == 2 ? 1 : 16, 32, 64), statistics, true);
    }
}
