/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A template on the canvas of a running NiFi, and what a system test asks of it. */
final class TemplateFlow implements AutoCloseable {
    private static final Duration STEP_TIME = Duration.ofMinutes(30);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final NifiInstance nifi;
    private final ProcessGroup group;
    private final Set<String> bulletins = new TreeSet<>();

    private TemplateFlow(final NifiInstance nifi, final ProcessGroup group) {
        this.nifi = nifi;
        this.group = group;
    }

    /** Puts a template on the canvas, stopped, with the values of its parameters that it has in the file. */
    static TemplateFlow upload(final NifiInstance nifi, final String name, final Path template) throws RunException {
        return new TemplateFlow(nifi, ProcessGroup.upload(nifi.client(), name, template));
    }

    /** @return the template that is on the canvas under this name, as after a restart */
    static TemplateFlow find(final NifiInstance nifi, final String name) throws RunException {
        return new TemplateFlow(nifi, ProcessGroup.find(nifi.client(), name).orElseThrow());
    }

    ProcessGroup group() {
        return group;
    }

    /** @return types of processors that this NiFi lacks */
    List<String> unknownTypes() throws RunException {
        final List<String> unknown = new ArrayList<>();
        for (final JsonNode processor : nifi.client().get("process-groups/%s/processors".formatted(group.id())).path("processors")) {
            if (processor.path("component").path("extensionMissing").asBoolean()) {
                unknown.add(processor.path("component").path("type").asText());
            }
        }

        return unknown;
    }

    /** Waits, for half an hour at most, and fails the test when NiFi has ended or time is over. */
    void await(final Condition condition) throws Exception {
        final long end = System.nanoTime() + STEP_TIME.toNanos();
        while (!condition.holds()) {
            assertTrue(nifi.isAlive(), () -> "NiFi has ended:" + System.lineSeparator() + nifi.lastLines());
            assertTrue(System.nanoTime() < end, () -> "No progress: " + bulletins + System.lineSeparator() + nifi.lastLines());
            bulletins();
            Polling.pause(INTERVAL);
        }
    }

    /** Waits until something is so and nothing is left to do. */
    void awaitIdle(final Condition condition) throws Exception {
        await(() -> condition.holds() && group.status().isIdle());
    }

    /** @return all warnings and errors so far; NiFi itself keeps them for five minutes */
    Set<String> bulletins() throws RunException {
        group.bulletins(0).forEach(bulletin -> bulletins.add(bulletin.text()));
        return Set.copyOf(bulletins);
    }

    /** Stops it and takes it from the canvas with its queues and parameters, so that the next test finds none of it. */
    @Override
    public void close() throws RunException {
        try {
            remove();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() throws RunException, InterruptedException {
        group.stop();
        final NifiClient client = nifi.client();
        disableServices(client);
        final String drop = "process-groups/%s/empty-all-connections-requests".formatted(group.id());
        final String request = client.post(drop, JsonNodeFactory.instance.objectNode()).path("dropRequest").path("id").asText();
        while (!client.get(drop + "/" + request).path("dropRequest").path("finished").asBoolean()) {
            Polling.pause(INTERVAL);
        }

        client.delete(drop + "/" + request);
        final JsonNode entity = client.get("process-groups/" + group.id());
        final String context = entity.path("component").path("parameterContext").path("id").asText();
        client.delete("process-groups/%s?version=%d".formatted(group.id(), entity.path("revision").path("version").asLong()));
        client.delete("parameter-contexts/%s?version=%d".formatted(context, client.get("parameter-contexts/" + context).path("revision").path("version").asLong()));
    }

    private void disableServices(final NifiClient client) throws RunException, InterruptedException {
        final String services = "flow/process-groups/%s/controller-services".formatted(group.id());
        client.put(services, JsonNodeFactory.instance.objectNode().put("id", group.id()).put("state", "DISABLED").put("disconnectedNodeAcknowledged", false));
        boolean disabled = false;
        while (!disabled) {
            disabled = true;
            for (final JsonNode service : client.get(services).path("controllerServices")) {
                disabled &= service.path("component").path("state").asText().equals("DISABLED");
            }

            Polling.pause(INTERVAL);
        }
    }

    /** Something to wait for. */
    interface Condition {
        boolean holds() throws Exception;
    }
}
