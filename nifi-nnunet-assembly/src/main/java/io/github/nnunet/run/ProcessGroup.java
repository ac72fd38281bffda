/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process group in a running NiFi. */
public final class ProcessGroup {
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NifiClient client;
    private final String id;

    private ProcessGroup(final NifiClient client, final String id) {
        this.client = client;
        this.id = id;
    }

    /** Puts a flow definition on the canvas, stopped. */
    public static ProcessGroup upload(final NifiClient client, final String name, final Path definition) throws RunException {
        return new ProcessGroup(client, client.upload("root", name, definition).path("id").asText());
    }

    /** @return the group of that name on the canvas, if there is one */
    public static Optional<ProcessGroup> find(final NifiClient client, final String name) throws RunException {
        for (final JsonNode group : client.get("process-groups/root/process-groups").path("processGroups")) {
            if (group.path("component").path("name").asText().equals(name)) {
                return Optional.of(new ProcessGroup(client, group.path("id").asText()));
            }
        }

        return Optional.empty();
    }

    public String id() {
        return id;
    }

    /** Sets parameters of the group's context; those not named keep their values. */
    public void setParameters(final Map<String, String> values) throws RunException, InterruptedException {
        final String context = client.get("process-groups/" + id).path("component").path("parameterContext").path("id").asText();
        final JsonNode current = client.get("parameter-contexts/" + context);
        final ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.set("revision", current.path("revision"));
        request.put("id", context);
        final ObjectNode component = request.putObject("component");
        component.put("id", context);
        component.set("name", current.path("component").path("name"));
        final ArrayNode parameters = component.putArray("parameters");
        for (final Map.Entry<String, String> value : values.entrySet()) {
            parameters.addObject().putObject("parameter").put("name", value.getKey()).put("sensitive", false).put("value", value.getValue());
        }

        final String update = "parameter-contexts/%s/update-requests".formatted(context);
        final String updateRequest = client.post(update, request).path("request").path("requestId").asText();
        JsonNode progress = client.get(update + "/" + updateRequest).path("request");
        while (!progress.path("complete").asBoolean()) {
            Polling.pause(INTERVAL);
            progress = client.get(update + "/" + updateRequest).path("request");
        }

        client.delete(update + "/" + updateRequest);
        if (!progress.path("failureReason").asText("").isEmpty() && !progress.path("failureReason").isNull()) {
            throw new RunException("NiFi did not take the parameters: " + progress.path("failureReason").asText());
        }
    }

    /**
     * Enables the controller services of the group.
     *
     * @throws RunException if one cannot be enabled, with its bulletins and what is wrong with its properties
     */
    public void enableServices() throws RunException, InterruptedException {
        client.put("flow/process-groups/%s/controller-services".formatted(id), state("ENABLED"));
        final long end = System.nanoTime() + PATIENCE.toNanos();
        Optional<String> pending = pendingService();
        while (pending.isPresent()) {
            if (System.nanoTime() > end) {
                final List<String> messages = bulletins(0).stream().map(Bulletin::text).toList();
                throw new RunException("The service %s cannot be enabled.%n%s".formatted(pending.get(), String.join(System.lineSeparator(), messages)));
            }

            Polling.pause(INTERVAL);
            pending = pendingService();
        }
    }

    private Optional<String> pendingService() throws RunException {
        for (final JsonNode service : client.get("flow/process-groups/%s/controller-services".formatted(id)).path("controllerServices")) {
            final JsonNode component = service.path("component");
            if (!component.path("state").asText().equals("ENABLED")) {
                final List<String> errors = new ArrayList<>();
                component.path("validationErrors").forEach(error -> errors.add(error.asText()));
                return Optional.of(component.path("name").asText() + (errors.isEmpty() ? "" : " " + errors));
            }
        }

        return Optional.empty();
    }

    /** Starts all processors. */
    public void start() throws RunException {
        client.put("flow/process-groups/" + id, state("RUNNING"));
    }

    /** Stops all processors and waits until none is at work. */
    public void stop() throws RunException, InterruptedException {
        client.put("flow/process-groups/" + id, state("STOPPED"));
        final long end = System.nanoTime() + PATIENCE.toNanos();
        while (status().activeThreads() > 0) {
            if (System.nanoTime() > end) {
                throw new RunException("The processors did not stop within %d s".formatted(PATIENCE.toSeconds()));
            }

            Polling.pause(INTERVAL);
        }
    }

    private ObjectNode state(final String state) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("state", state).put("disconnectedNodeAcknowledged", false);
    }

    /** @return what is wrong with processors that cannot be started, a sentence each with the processor's name; usually nothing */
    public List<String> validationErrors() throws RunException, InterruptedException {
        final List<String> errors = new ArrayList<>();
        final long end = System.nanoTime() + PATIENCE.toNanos();
        boolean validating = true;
        while (validating && System.nanoTime() < end) {
            validating = false;
            errors.clear();
            for (final JsonNode processor : client.get("process-groups/%s/processors".formatted(id)).path("processors")) {
                final JsonNode component = processor.path("component");
                validating |= component.path("validationStatus").asText().equals("VALIDATING");
                component.path("validationErrors").forEach(error -> errors.add(component.path("name").asText() + ": " + error.asText()));
            }

            if (validating) {
                Polling.pause(INTERVAL);
            }
        }

        return List.copyOf(errors);
    }

    public FlowStatus status() throws RunException {
        final JsonNode group = client.get("flow/process-groups/%s/status?recursive=true".formatted(id)).path("processGroupStatus");
        final JsonNode snapshot = group.path("aggregateSnapshot");
        final List<String> busy = new ArrayList<>();
        for (final JsonNode processor : snapshot.path("processorStatusSnapshots")) {
            final JsonNode status = processor.path("processorStatusSnapshot");
            if (status.path("activeThreadCount").asInt() > 0) {
                busy.add(status.path("name").asText());
            }
        }

        return new FlowStatus(snapshot.path("flowFilesQueued").asInt(), snapshot.path("activeThreadCount").asInt(), busy);
    }

    /**
     * @param after leaves out bulletins up to this number; 0 for none
     * @return warnings and errors of the group's components, oldest first
     */
    public List<Bulletin> bulletins(final long after) throws RunException {
        final JsonNode board = client.get("flow/bulletin-board?groupId=%s&after=%d".formatted(id, after));
        final List<Bulletin> bulletins = new ArrayList<>();
        for (final JsonNode node : board.path("bulletinBoard").path("bulletins")) {
            final JsonNode bulletin = node.path("bulletin");
            bulletins.add(new Bulletin(bulletin.path("id").asLong(), bulletin.path("level").asText(), bulletin.path("sourceName").asText(), bulletin.path("message").asText()));
        }

        bulletins.sort(Comparator.comparingLong(Bulletin::number));
        return List.copyOf(bulletins);
    }
}
