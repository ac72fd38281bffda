/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.PhantomDataset;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The template that prepares a dataset deals its cases out to both nodes of a cluster. */
class ClusterIT {
    private static final int CASES = 12;
    private static final Duration WORK_TIME = Duration.ofMinutes(4);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    @Test
    void everyCaseIsPreparedOnceAndBothNodesHaveDoneTheirShare() throws Exception {
        final Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/system-test")).toAbsolutePath(), "cluster-");
        final Installation installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
        final Path dataset = folder.resolve(PhantomDataset.FOLDER_NAME);
        PhantomDataset.write(dataset, CASES, 1);
        final Path results = folder.resolve("results");
        try (TwoNodeCluster cluster = TwoNodeCluster.start(installation, folder, false)) {
            final ProcessGroup group = ProcessGroup.upload(cluster.client(), "Prepare in a cluster", installation.templates().resolve("prepare-in-cluster.json"));
            group.setParameters(Map.of("Dataset Folder", dataset.toString(), "Results Folder", results.toString()));
            assertEquals(List.of(), group.validationErrors());

            group.start();

            final boolean isDone = Polling.until(() -> filesIn(results.resolve("cases")).size() == CASES, WORK_TIME, INTERVAL);
            assertTrue(isDone, () -> "only %s were prepared".formatted(filesIn(results.resolve("cases"))));
            assertEquals(expectedFiles(dataset), filesIn(results.resolve("cases")));
            assertEquals(Set.of(), filesIn(results.resolve("failed")));
            final Map<String, Integer> shares = cluster.flowFilesOut(group, "Fetch Case");
            assertEquals(TwoNodeCluster.NODES, shares.size());
            assertEquals(CASES, shares.values().stream().mapToInt(Integer::intValue).sum(), shares::toString);
            assertTrue(shares.values().stream().allMatch(share -> share >= CASES / TwoNodeCluster.NODES - 1), shares::toString);
        }
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
}
