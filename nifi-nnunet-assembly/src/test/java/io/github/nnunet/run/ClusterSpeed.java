/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * How much faster two nodes prepare a dataset than one, each node on a core of its own. Not among the tests: run it by name.
 * One node alone is the same cluster without load balancing, so that all cases stay on the primary node. The clock starts
 * when the cases are listed and dealt out: planning is the primary node's work whatever the cluster's size, once a dataset.
 */
class ClusterSpeed {
    private static final int CASES = 64;
    private static final int EDGE = 160;
    private static final int ROUNDS = 4;
    private static final Duration WORK_TIME = Duration.ofMinutes(5);
    private static final Duration INTERVAL = Duration.ofMillis(50);
    /** Listed cases have no content: they are with their node at once. */
    private static final Duration DEALING = Duration.ofSeconds(3);

    @Test
    void twoNodesAgainstOne() throws Exception {
        final Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/system-test")).toAbsolutePath(), "cluster-speed-");
        final Installation installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
        final Path dataset = folder.resolve("dataset");
        writeDataset(dataset);
        try (TwoNodeCluster cluster = TwoNodeCluster.start(installation, folder, true)) {
            final ProcessGroup group = ProcessGroup.upload(cluster.client(), "Prepare in a cluster", installation.templates().resolve("prepare-in-cluster.json"));
            final List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                final double one = seconds(cluster.client(), group, dataset, folder.resolve("one-" + round), "DO_NOT_LOAD_BALANCE");
                final double two = seconds(cluster.client(), group, dataset, folder.resolve("two-" + round), "ROUND_ROBIN");
                System.out.printf("%d cases of %d^3 voxels: one node %.2f s, two nodes %.2f s, ratio %.2f%s%n", CASES, EDGE, one, two, one / two, round == 0 ? " (warm-up, not counted)" : "");
                if (round > 0) {
                    ratios.add(one / two);
                }
            }

            Collections.sort(ratios);
            System.out.printf("Two nodes against one, each on a core of its own: median ratio %.2f of %s%n", ratios.get(ratios.size() / 2), ratios);
        }
    }

    /** Half of the scans are finer than the other half, so that all are resampled to what is between. */
    private static void writeDataset(final Path dataset) throws IOException {
        final ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", "Speed").put("numTraining", CASES).put("numTest", 0);
        json.putObject("modality").put("0", "MRI");
        json.putObject("labels").put("0", "background").put("1", "structure");
        json.putArray("test");
        final float[] voxels = new float[EDGE * EDGE * EDGE];
        final Random random = new Random(1);
        for (int i = 0; i < voxels.length; i++) {
            voxels[i] = 1 + random.nextFloat();
        }

        final byte[] label = new byte[voxels.length];
        Arrays.fill(label, label.length / 3, label.length / 2, (byte) 1);
        for (int number = 0; number < CASES; number++) {
            final String name = "case_%02d.nii".formatted(number);
            final double spacing = number % 4 < 2 ? 1.0 : 1.2;
            final Orientation orientation = Orientation.aligned(spacing, spacing, spacing);
            final List<Integer> dimensions = List.of(EDGE, EDGE, EDGE);
            AtomicFile.write(dataset.resolve("imagesTr").resolve(name), out -> NiftiWriter.write(out, NiftiHeader.of(dimensions, DataType.FLOAT32, orientation), new float[][] {voxels}));
            AtomicFile.write(dataset.resolve("labelsTr").resolve(name), out -> NiftiWriter.write(out, NiftiHeader.of(dimensions, DataType.UINT8, orientation), label));
            json.withArray("training").addObject().put("image", "./imagesTr/" + name).put("label", "./labelsTr/" + name);
        }

        final byte[] text = new ObjectMapper().writeValueAsBytes(json);
        AtomicFile.write(dataset.resolve("dataset.json"), out -> out.write(text));
    }

    /** @return from when the listed cases may be fetched until the last one is there */
    private static double seconds(final NifiClient client, final ProcessGroup group, final Path dataset, final Path results, final String loadBalancing) throws Exception {
        group.setParameters(Map.of("Dataset Folder", dataset.toString(), "Results Folder", results.toString()));
        final JsonNode listing = listing(client, group);
        client.post("processors/%s/state/clear-requests".formatted(listing.path("id").asText()), JsonNodeFactory.instance.objectNode());
        balance(client, group, loadBalancing);
        start(client, listing);
        while (group.status().queued() < CASES) {
            Polling.pause(INTERVAL);
        }

        Polling.pause(DEALING);
        final long start = System.nanoTime();
        group.start();
        assertTrue(Polling.until(() -> countIn(results.resolve("cases")) == CASES, WORK_TIME, INTERVAL), () -> "only %d cases in %s".formatted(countIn(results.resolve("cases")), results));
        final double seconds = (System.nanoTime() - start) / 1e9;
        group.stop();
        // What no round needs again is not to be written to the disk during the next.
        FolderTree.delete(results);
        return seconds;
    }

    private static JsonNode listing(final NifiClient client, final ProcessGroup group) throws RunException {
        for (final JsonNode processor : client.get("process-groups/%s/processors".formatted(group.id())).path("processors")) {
            if (processor.path("component").path("type").asText().endsWith(".ListCases")) {
                return processor;
            }
        }

        throw new RunException("The template has no ListCases");
    }

    private static void start(final NifiClient client, final JsonNode processor) throws RunException {
        final String path = "processors/" + processor.path("id").asText();
        final ObjectNode request = JsonNodeFactory.instance.objectNode().put("state", "RUNNING");
        request.set("revision", client.get(path).path("revision"));
        client.put(path + "/run-status", request);
    }

    private static void balance(final NifiClient client, final ProcessGroup group, final String strategy) throws RunException {
        for (final JsonNode connection : client.get("process-groups/%s/connections".formatted(group.id())).path("connections")) {
            if (connection.path("component").path("name").asText().equals("each case to the next node")) {
                final ObjectNode request = JsonNodeFactory.instance.objectNode();
                request.set("revision", connection.path("revision"));
                request.putObject("component").put("id", connection.path("id").asText()).put("loadBalanceStrategy", strategy);
                client.put("connections/" + connection.path("id").asText(), request);
            }
        }
    }

    private static long countIn(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }

        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).count();
        } catch (final IOException e) {
            return 0;
        }
    }
}
