/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchmarkLogTest {
    private static final BenchmarkFigures FIGURES = new BenchmarkFigures(4.5, 444.4, 450.1, 460.2, 470.3);

    @Test
    void theLogIsThatOfTheReferencesLogger() throws IOException {
        final List<JsonNode> lines = new ArrayList<>();
        for (final String line : BenchmarkLog.write(BenchmarkMode.PREDICT, Map.of("batch_size", 2), FIGURES, 1_000_000, 1_002_500).lines().toList()) {
            assertTrue(line.startsWith("DLLL {"), line);
            lines.add(new ObjectMapper().readTree(line.substring("DLLL ".length())));
        }

        assertEquals(7, lines.size());
        assertEquals("METADATA", lines.get(0).path("type").asText());
        assertEquals("throughput_predict", lines.get(0).path("metric").asText());
        assertEquals("images/s", lines.get(0).path("metadata").path("unit").asText());
        assertEquals("latency_predict_99", lines.get(4).path("metric").asText());
        assertEquals("ms", lines.get(4).path("metadata").path("unit").asText());
        assertEquals("PARAMETER", lines.get(5).path("step").asText());
        assertEquals(2, lines.get(5).path("data").path("batch_size").asInt());
        final JsonNode figures = lines.get(6);
        assertEquals("1002.500000", figures.path("timestamp").asText());
        assertEquals("2.500000", figures.path("elapsedtime").asText());
        assertEquals("LOG", figures.path("type").asText());
        assertTrue(figures.path("step").isArray());
        assertEquals("{\"throughput_predict\":4.5,\"latency_predict_mean\":444.4,\"latency_predict_90\":450.1,\"latency_predict_95\":460.2,\"latency_predict_99\":470.3}",
                figures.path("data").toString());
    }
}
