/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two NiFis on this machine that are one cluster. */
final class TwoNodeCluster implements AutoCloseable {
    static final int NODES = 2;
    private static final Duration START_TIME = Duration.ofMinutes(4);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final List<NifiInstance> nodes = new ArrayList<>();

    private TwoNodeCluster() {
    }

    /**
     * @param folder gets a working folder for each node
     * @param pinned whether each node keeps to a processor core of its own
     * @return the cluster, when both nodes have joined
     */
    static TwoNodeCluster start(final Installation installation, final Path folder, final boolean pinned) throws Exception {
        final TwoNodeCluster cluster = new TwoNodeCluster();
        try {
            cluster.startNodes(installation, folder, pinned);
            return cluster;
        } catch (final Exception | AssertionError failure) {
            cluster.close();
            throw failure;
        }
    }

    private void startNodes(final Installation installation, final Path folder, final boolean pinned) throws Exception {
        final int zookeeper = NifiInstance.freePort();
        for (int node = 0; node < NODES; node++) {
            final OptionalInt core = pinned ? OptionalInt.of(node) : OptionalInt.empty();
            final ClusterNode place = new ClusterNode(NODES, zookeeper, node == 0, NifiInstance.freePort(), NifiInstance.freePort(), core);
            nodes.add(NifiInstance.start(new NifiSettings(installation.nifi(), folder.resolve("node-" + node), 0, "700m", List.of(), Optional.of(place))));
        }

        for (final NifiInstance node : nodes) {
            node.awaitReady(START_TIME);
        }

        assertTrue(Polling.until(() -> connectedNodes() == NODES, START_TIME, INTERVAL), () -> nodes.getLast().lastLines());
    }

    /** A node that still waits for the others answers with an error. */
    private long connectedNodes() {
        try {
            final JsonNode members = client().get("controller/cluster").path("cluster").path("nodes");
            return IntStream.range(0, members.size()).filter(node -> members.path(node).path("status").asText().equals("CONNECTED")).count();
        } catch (final RunException e) {
            return 0;
        }
    }

    NifiClient client() {
        return nodes.getFirst().client();
    }

    /** @return by a node's address, how many flowfiles have come out of its processor of that name */
    Map<String, Integer> flowFilesOut(final ProcessGroup group, final String processorName) throws RunException {
        final JsonNode status = client().get("flow/process-groups/%s/status?recursive=true&nodewise=true".formatted(group.id())).path("processGroupStatus");
        final Map<String, Integer> counts = new HashMap<>();
        for (final JsonNode node : status.path("nodeSnapshots")) {
            for (final JsonNode processor : node.path("statusSnapshot").path("processorStatusSnapshots")) {
                final JsonNode snapshot = processor.path("processorStatusSnapshot");
                if (snapshot.path("name").asText().equals(processorName)) {
                    counts.put(node.path("address").asText() + ":" + node.path("apiPort").asText(), snapshot.path("flowFilesOut").asInt());
                }
            }
        }

        return counts;
    }

    @Override
    public void close() throws IOException {
        for (final NifiInstance node : nodes.reversed()) {
            node.close();
            node.deleteUnpacked();
        }
    }
}
