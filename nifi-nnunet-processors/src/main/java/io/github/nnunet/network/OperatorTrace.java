/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What libtorch's operators did while a piece of work ran, and for how long, as a trace that chrome://tracing and Perfetto show: a
 * JSON object whose {@code traceEvents} are complete events ({@code "ph": "X"}), times in microseconds.
 */
public final class OperatorTrace {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Members of DJL's events that trace viewers do not show, and the names under which they show them as arguments. */
    private static final List<String> DETAILS = List.of("shape", "cpu mem", "gpu dur", "device");

    /** The work that is traced. */
    @FunctionalInterface
    public interface Work {
        void run() throws CaseException, InterruptedException, IOException;
    }

    private OperatorTrace() {
    }

    /**
     * Runs the work on the calling thread and records the operators that this thread and the backward passes it starts run. The work
     * takes longer than it does without a trace.
     *
     * @return the trace, JSON
     * @throws IOException if there is no space for a temporary file
     */
    public static byte[] of(final ComputeDevice device, final Work work) throws CaseException, InterruptedException, IOException {
        final Path file = Files.createTempFile("operators-", ".json");
        try {
            JniUtils.startProfile(device.isCuda(), true, true);
            boolean isDone = false;
            try {
                work.run();
                isDone = true;
            } finally {
                stop(file, isDone);
            }

            return JSON.writeValueAsBytes(withTraceEvents(JSON.readTree(file.toFile())));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** After work that failed, libtorch may not be able to pair its events: the failure itself is what counts then. */
    private static void stop(final Path file, final boolean isDone) {
        try {
            JniUtils.stopProfile(file.toString());
        } catch (final RuntimeException unpaired) {
            if (isDone) {
                throw unpaired;
            }
        }
    }

    private static ObjectNode withTraceEvents(final JsonNode events) {
        final ObjectNode trace = JSON.createObjectNode();
        trace.put("displayTimeUnit", "ms");
        final ArrayNode written = trace.putArray("traceEvents");
        for (final JsonNode event : events) {
            final ObjectNode complete = event.deepCopy();
            final ObjectNode arguments = complete.withObjectProperty("args");
            DETAILS.forEach(detail -> moveInto(arguments, complete, detail));
            written.add(complete);
        }

        return trace;
    }

    private static void moveInto(final ObjectNode arguments, final ObjectNode event, final String detail) {
        final JsonNode value = event.remove(detail);
        if (value != null) {
            arguments.set(detail, value);
        }
    }
}
