/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OperatorTraceTest {
    private static TorchEngine engine;

    @BeforeAll
    static void start() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private static void multiply() {
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray matrix = work.ones(new Shape(64, 64));
            matrix.matMul(matrix).getFloat(0, 0);
        }
    }

    @Test
    void everyOperatorIsACompleteEventWithItsInputs() throws CaseException, InterruptedException, IOException {
        final JsonNode trace = new ObjectMapper().readTree(OperatorTrace.of(ComputeDevice.CPU, OperatorTraceTest::multiply));

        boolean isFound = false;
        for (final JsonNode event : trace.path("traceEvents")) {
            assertEquals("X", event.path("ph").asText());
            assertTrue(event.path("ts").isNumber() && event.path("dur").isNumber(), event.toString());
            isFound |= event.path("name").asText().endsWith("matmul") && event.path("args").path("shape").toString().startsWith("[[64,64],[64,64]");
        }

        assertTrue(isFound, trace.toPrettyString());
    }

    @Test
    void workThatFailsEndsTheTrace() throws CaseException, InterruptedException, IOException {
        assertThrows(CaseException.class, () -> OperatorTrace.of(ComputeDevice.CPU, () -> {
            multiply();
            throw new CaseException(FaultCategory.ENGINE, "as if memory had run out");
        }));

        assertTrue(new ObjectMapper().readTree(OperatorTrace.of(ComputeDevice.CPU, OperatorTraceTest::multiply)).path("traceEvents").size() > 0);
    }
}
