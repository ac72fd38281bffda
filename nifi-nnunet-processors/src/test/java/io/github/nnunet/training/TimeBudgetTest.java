/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimeBudgetTest {

    @Test
    void timeForTheLastValidationIsKept() {
        final TimeBudget budget = new TimeBudget(100, 10);
        assertFalse(budget.isUsedUp(89));
        assertTrue(budget.isUsedUp(90));
        assertEquals(0.5, budget.spent(45));
        assertEquals(1, budget.spent(95));
    }

    @Test
    void noEpochIsBegunForARestThatIsOnlyEnoughForItsValidation() {
        final TimeBudget budget = new TimeBudget(100, 10);
        assertFalse(budget.isLastEpoch(70));
        assertTrue(budget.isLastEpoch(80));
    }

    @Test
    void validationNeverTakesMoreThanAQuarterFromTraining() {
        assertFalse(new TimeBudget(100, 1000).isUsedUp(74));
    }

    @Test
    void withoutALimitNothingIsEverUsedUp() {
        final TimeBudget budget = new TimeBudget(0, 10);
        assertFalse(budget.isUsedUp(1e9));
        assertFalse(budget.isLastEpoch(1e9));
        assertEquals(0, budget.spent(1e9));
    }
}
