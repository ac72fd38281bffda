/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nnunet.dataset.PhantomDataset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two NiFis that are one cluster: the template deals the cases of a dataset out to both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
    private static final int NODES = 2;
    private static final int CASES = 12;
    private static final Duration START_TIME = Duration.ofMinutes(4);
    private static final Duration WORK_TIME = Duration.ofMinutes(4);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final List<NifiInstance> cluster = new ArrayList<>();
    private Installation installation;
    private Path folder;

    @BeforeAll
    void startNodes() throws Exception {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/system-test")).toAbsolutePath(), "cluster-");
        installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
        final int zookeeper = NifiInstance.freePort();
        for (int node = 0; node < NODES; node++) {
            final ClusterNode place = new ClusterNode(NODES, zookeeper, node == 0, NifiInstance.freePort(), NifiInstance.freePort(), OptionalInt.empty());
            cluster.add(NifiInstance.start(new NifiSettings(installation.nifi(), folder.resolve("node-" + node), 0, "700m", List.of(), Optional.of(place))));
        }

        for (final NifiInstance node : cluster) {
            node.awaitReady(START_TIME);
        }

        assertTrue(Polling.until(() -> connectedNodes() == NODES, START_TIME, INTERVAL), () -> cluster.getLast().lastLines());
    }

    /** A node that still waits for the others answers with an error. */
    private long connectedNodes() {
        try {
            final JsonNode nodes = cluster.getFirst().client().get("controller/cluster").path("cluster").path("nodes");
            return IntStream.range(0, nodes.size()).filter(node -> nodes.path(node).path("status").asText().equals("CONNECTED")).count();
        } catch (final RunException e) {
            return 0;
        }
    }

    @AfterAll
    void stopNodes() throws IOException {
        for (final NifiInstance node : cluster.reversed()) {
            node.close();
            node.deleteUnpacked();
        }
    }

    @Test
    void everyCaseIsPreparedOnceAndBothNodesHaveDoneTheirShare() throws Exception {
        final Path dataset = folder.resolve(PhantomDataset.FOLDER_NAME);
        PhantomDataset.write(dataset, CASES, 1);
        final Path results = folder.resolve("results");
        final ProcessGroup group = ProcessGroup.upload(cluster.getFirst().client(), "Prepare in a cluster", installation.templates().resolve("prepare-in-cluster.json"));
        group.setParameters(Map.of("Dataset Folder", dataset.toString(), "Results Folder", results.toString()));
        assertEquals(List.of(), group.validationErrors());

        group.start();

        final boolean isDone = Polling.until(() -> filesIn(results.resolve("cases")).size() == CASES, WORK_TIME, INTERVAL);
        assertTrue(isDone, () -> "only %s were prepared".formatted(filesIn(results.resolve("cases"))));
        assertEquals(expectedFiles(dataset), filesIn(results.resolve("cases")));
        assertEquals(Set.of(), filesIn(results.resolve("failed")));
        final Map<String, Integer> shares = casesFetchedByNode(group);
        assertEquals(NODES, shares.size());
        assertEquals(CASES, shares.values().stream().mapToInt(Integer::intValue).sum(), shares::toString);
        assertTrue(shares.values().stream().allMatch(share -> share >= CASES / NODES - 1), shares::toString);
    }

    private static Set<String> filesIn(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }

        // PutFile writes under a name with a dot first.
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".")).collect(Collectors.toCollection(TreeSet::new));
        } catch (final IOException e) {
            return Set.of(e.toString());
        }
    }

    private static Set<String> expectedFiles(final Path dataset) throws IOException {
        try (Stream<Path> scans = Files.list(dataset.resolve("imagesTr"))) {
            return scans.map(scan -> scan.getFileName().toString().replace(".nii.gz", ".nii")).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** @return by the node's address, how many cases came out of its Fetch Case */
    private Map<String, Integer> casesFetchedByNode(final ProcessGroup group) throws RunException {
        final JsonNode status = cluster.getFirst().client().get("flow/process-groups/%s/status?recursive=true&nodewise=true".formatted(group.id())).path("processGroupStatus");
        final Map<String, Integer> shares = new HashMap<>();
        for (final JsonNode node : status.path("nodeSnapshots")) {
            for (final JsonNode processor : node.path("statusSnapshot").path("processorStatusSnapshots")) {
                final JsonNode snapshot = processor.path("processorStatusSnapshot");
                if (snapshot.path("name").asText().equals("Fetch Case")) {
                    shares.put(node.path("address").asText() + ":" + node.path("apiPort").asText(), snapshot.path("flowFilesOut").asInt());
                }
            }
        }

        return shares;
    }
}
