/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LossScaleTest {

    @Test
    void itDoublesAfterTwoThousandGoodSteps() {
        LossScale scale = LossScale.initial();
        assertEquals(65536, scale.factor());
        for (int step = 0; step < 1999; step++) {
            scale = scale.afterGoodStep();
        }

        assertEquals(new LossScale(65536, 1999), scale);
        assertEquals(new LossScale(131072, 0), scale.afterGoodStep());
    }

    @Test
    void anOverflowHalvesItAndBeginsTheCountAnew() {
        assertEquals(new LossScale(512, 0), new LossScale(1024, 1999).afterOverflow());
    }

    @Test
    void itIsExhaustedOnceNoScaleHelps() {
        LossScale scale = LossScale.initial();
        int overflows = 0;
        while (!scale.isExhausted()) {
            scale = scale.afterOverflow();
            overflows++;
        }

        assertEquals(37, overflows);
        assertFalse(LossScale.initial().isExhausted());
    }

    @Test
    void itIsPositive() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new LossScale(0, 0)).getMessage().contains("scaled by 0"));
        assertThrows(IllegalArgumentException.class, () -> new LossScale(1, -1));
    }
}
