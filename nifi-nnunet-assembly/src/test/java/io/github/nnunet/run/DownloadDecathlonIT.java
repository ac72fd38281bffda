/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.sun.net.httpserver.HttpServer;
import io.github.nnunet.dataset.PhantomDataset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** templates/download-decathlon.json: a small archive from this machine, which the server does not give at once. */
@ExtendWith(SharedNifi.Provider.class)
class DownloadDecathlonIT {
    private static final int CASES = 4;

    @Test
    void anArchiveIsFetchedUnpackedTrainedOnAndScored(final SharedNifi nifi) throws Exception {
        final Path folder = nifi.newFolder("download");
        final Path archive = archive(folder);
        final Path data = folder.resolve("data");
        final ResultsFolder results = new ResultsFolder(folder.resolve("results"));
        final AtomicInteger requests = new AtomicInteger();
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            // Busy at first, as servers are.
            final boolean busy = requests.getAndIncrement() == 0;
            exchange.sendResponseHeaders(busy ? 503 : 200, busy ? -1 : Files.size(archive));
            try (OutputStream body = exchange.getResponseBody()) {
                if (!busy) {
                    Files.copy(archive, body);
                }
            }
        });
        server.start();
        final Map<String, String> parameters = new HashMap<>(CrossValidationRun.SHORT_TRAINING);
        parameters.putAll(Map.of("Dataset URL", "http://127.0.0.1:%d/Task91_Small.tar".formatted(server.getAddress().getPort()), "Data Folder", data.toString(),
                "Results Folder", results.path().toString(), "Epochs", "1", "Samples Per Epoch", "8", "Validation Interval", "1"));
        try (TemplateFlow flow = nifi.deploy("download-decathlon", parameters)) {
            flow.group().start();
            flow.awaitIdle(() -> Files.exists(results.scores()) || !results.failures().isEmpty());

            assertEquals(List.of(), results.failures());
            assertEquals(2, requests.get());
            assertTrue(Files.exists(data.resolve("Task91_Small/dataset.json")));
            assertFalse(Files.exists(data.resolve("Task91_Small/imagesTr/._phantom_001.nii.gz")));
            assertEquals(CASES, results.progress(Map.of()).prepared());
            assertEquals(CASES / CrossValidationRun.FOLDS, ResultsFolder.images(results.segmentations()).size());
            assertTrue(Files.exists(results.models().resolve("model-fold-0.pt")));
            assertEquals(Set.of(), flow.bulletins());
        } finally {
            server.stop(0);
        }
    }

    /** @return an archive of a phantom dataset, with a file of macOS in it, as the Decathlon's have */
    private static Path archive(final Path folder) throws Exception {
        final Path dataset = folder.resolve("Task91_Small");
        PhantomDataset.write(dataset, CASES, 3);
        Files.writeString(dataset.resolve("imagesTr/._phantom_001.nii.gz"), "resource fork");
        final Path archive = folder.resolve("Task91_Small.tar");
        final Process tar = new ProcessBuilder("tar", "-cf", archive.toString(), "-C", folder.toString(), "./Task91_Small").inheritIO().start();
        assertEquals(0, tar.waitFor());
        return archive;
    }
}
