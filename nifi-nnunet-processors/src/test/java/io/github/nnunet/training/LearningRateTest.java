/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LearningRateTest {
    private static final OptimizerSettings COSINE = new OptimizerSettings(OptimizerKind.ADAM, 8e-4, 0.99, 1e-4, ScheduleKind.COSINE, 250, 0);

    /** Tolerance 1e-12. */
    @Test
    void cosineIsTheForks() throws IOException {
        final LearningRate rates = new LearningRate(COSINE, 1000);
        int compared = 0;
        try (InputStream in = LearningRateTest.class.getResourceAsStream("/golden/optim/schedules.json")) {
            final JsonNode schedules = new ObjectMapper().readTree(in);
            for (final Map.Entry<String, JsonNode> schedule : schedules.properties()) {
                if (schedule.getKey().startsWith("fork")) {
                    for (final Map.Entry<String, JsonNode> point : schedule.getValue().properties()) {
                        assertEquals(point.getValue().doubleValue(), rates.at(Long.parseLong(point.getKey()), 0), 1e-12, "step " + point.getKey());
                        compared++;
                    }
                }
            }
        }

        assertTrue(compared > 5);
    }

    @Test
    void constantStays() {
        final LearningRate rates = new LearningRate(OptimizerSettings.defaults(), 1000);
        assertEquals(8e-4, rates.at(0, 0));
        assertEquals(8e-4, rates.at(999, 0.9));
    }

    @Test
    void timeSpentBringsTheCosineToItsEnd() {
        final LearningRate rates = new LearningRate(COSINE, 100_000);
        assertEquals(4e-4, rates.at(300, 0.5), 1e-12);
        assertEquals(0, rates.at(300, 1), 1e-12);
    }

    @Test
    void shortTrainingsWarmUpForAQuarter() {
        assertEquals(8e-4, new LearningRate(COSINE, 40).at(10, 0), 1e-12);
    }
}
