/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.run.Installation;
import io.github.nnunet.run.NifiInstance;
import io.github.nnunet.run.NifiSettings;
import io.github.nnunet.run.Polling;
import io.github.nnunet.run.ProcessGroup;
import io.github.nnunet.run.RunException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * From the scan's file to the segmentation's through templates/predict-folder.json in a NiFi of its own. The clock starts when the
 * folder is looked at, so neither the pause between two looks nor the settling time counts.
 */
final class NifiFlowTask implements BenchTask {
    private static final String LISTING = "List Scans";
    private static final Duration START_TIME = Duration.ofMinutes(4);
    private static final Duration CASE_TIME = Duration.ofMinutes(20);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Duration STEP = Duration.ofMinutes(1);

    private final NifiInstance nifi;
    private final Thread hook;
    private final FlowInputs inputs;
    private final Path folder;
    private final JsonNode listing;
    private final Instant start = Instant.now();
    private int scans;

    private NifiFlowTask(final NifiInstance nifi, final Thread hook, final FlowInputs inputs, final Path folder, final JsonNode listing) {
        this.nifi = nifi;
        this.hook = hook;
        this.inputs = inputs;
        this.folder = folder;
        this.listing = listing;
    }

    /** Starts NiFi from the assembly under the system property nnunet.home, and the flow but for its listing. */
    static NifiFlowTask of(final Path folder, final Spec spec, final int threads) throws IOException, InterruptedException {
        final FlowInputs inputs = FlowInputs.of(folder, spec);
        Files.createDirectories(folder.resolve("scans"));
        try {
            final Installation installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
            final List<String> options = List.of("-XX:ActiveProcessorCount=%d".formatted(threads), "-XX:+UseG1GC");
            final NifiInstance nifi = NifiInstance.start(new NifiSettings(installation.nifi(), folder.resolve("nifi"), 0, "2g", options));
            final Thread hook = new Thread(() -> kill(nifi), "stop NiFi");
            Runtime.getRuntime().addShutdownHook(hook);
            nifi.awaitReady(START_TIME);
            return new NifiFlowTask(nifi, hook, inputs, folder, deploy(nifi, installation, folder, inputs));
        } catch (final RunException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
    }

    /** @return the processor that lists */
    private static JsonNode deploy(final NifiInstance nifi, final Installation installation, final Path folder, final FlowInputs inputs) throws RunException, InterruptedException {
        final ProcessGroup group = ProcessGroup.upload(nifi.client(), "Predict", installation.templates().resolve("predict-folder.json"));
        group.setParameters(Map.of("Input Folder", folder.resolve("scans").toString(), "Output Folder", folder.resolve("segmentations").toString(),
                "Model Files", inputs.model().toString(), "Settling Time", "0 sec", "Overlap", Double.toString(inputs.overlap()), "Device", "cpu"));
        group.enableServices();
        final List<String> errors = group.validationErrors();
        if (!errors.isEmpty()) {
            throw new RunException("The flow cannot be started: %s".formatted(errors));
        }

        // Started one by one: the group would start the listing too.
        JsonNode found = JsonNodeFactory.instance.missingNode();
        for (final JsonNode processor : nifi.client().get("process-groups/%s/processors".formatted(group.id())).path("processors")) {
            if (processor.path("component").path("name").asText().equals(LISTING)) {
                found = processor;
            } else {
                schedule(nifi, processor, "RUNNING");
            }
        }

        return found;
    }

    private static void schedule(final NifiInstance nifi, final JsonNode processor, final String state) throws RunException {
        final ObjectNode request = JsonNodeFactory.instance.objectNode().put("state", state);
        request.set("revision", nifi.client().get("processors/" + processor.path("id").asText()).path("revision"));
        nifi.client().put("processors/%s/run-status".formatted(processor.path("id").asText()), request);
    }

    @Override
    public void run() throws CaseException, IOException, InterruptedException {
        final Path scan = folder.resolve("scans/scan-%d.nii.gz".formatted(scans));
        final Path segmentation = segmentation(scans);
        scans++;
        Files.createLink(scan, inputs.scan());
        // What is listed once has to be older than what is listed next, and is no longer being written.
        Files.setLastModifiedTime(scan, FileTime.from(start.minus(Duration.ofDays(1)).plus(STEP.multipliedBy(scans))));
        try {
            schedule(nifi, listing, "RUN_ONCE");
        } catch (final RunException failed) {
            throw new IOException(failed.getMessage(), failed);
        }

        if (!Polling.until(() -> Files.exists(segmentation) || !nifi.isAlive(), CASE_TIME, INTERVAL) || !nifi.isAlive()) {
            throw new IOException("There is no segmentation: %s".formatted(nifi.lastLines()));
        }

        Files.delete(scan);
    }

    private Path segmentation(final int number) {
        return folder.resolve("segmentations/scan-%d.nii.gz".formatted(number));
    }

    @Override
    public List<ResultArray> result() throws CaseException, IOException {
        return List.of(ResultArray.label(segmentation(scans - 1)));
    }

    @Override
    public long process() {
        return nifi.pid();
    }

    @Override
    public void close() {
        kill(nifi);
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /** Nothing of it is to be kept. */
    private static void kill(final NifiInstance nifi) {
        try {
            nifi.kill();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
