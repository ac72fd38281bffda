/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Rows in worker processes of their own; the peer too where there is one. */
class RowRunnerTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path work;

    private static BenchRow row(final String name) {
        return BenchRows.of(true).stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    private RowResult run(final String name, final Optional<Path> python) throws IOException {
        return new RowRunner(new WorkerFactory(System.getProperty("java.class.path"), HOME, python, false), 2, 0, work).run(row(name), 1);
    }

    @Test
    void withoutAPeerOurOwnSideIsMeasured() throws IOException {
        final RowResult result = run("crop", Optional.empty());

        assertEquals(2, result.ours().milliseconds().size());
        assertTrue(result.ours().median() > 0);
        assertEquals(Optional.empty(), result.peer());
        assertEquals("no peer", result.note());
    }

    @Test
    void aPeerThatCannotWorkIsNoPeer() throws IOException {
        final Path broken = Files.writeString(work.resolve("python3"), "#!/bin/sh\necho '{\"error\": \"there is no such library\"}'\nread line\n");
        assertTrue(broken.toFile().setExecutable(true));

        assertEquals("no peer: there is no such library", run("crop", Optional.of(broken)).note());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crop", "resample/ct-anisotropic", "forward/2d-192x160/batch-1", "score/overlap"})
    void bothSidesComeToTheSameResult(final String name) throws IOException, InterruptedException {
        final Optional<Path> python = PythonPeer.find(Optional.empty(), false, System.out);
        Assumptions.assumeTrue(python.isPresent(), "no Python here has torch, skimage, scipy and nibabel");

        final RowResult result = run(name, python);
        assertEquals("", result.note());
        assertEquals(2, result.peer().orElseThrow().milliseconds().size());
    }

    @Test
    void aNetworkIsMeasuredAgainstItsPlainFormToo() throws IOException {
        final RowResult result = run("forward/40x56x40/batch-1", Optional.empty());

        assertEquals(2, result.rival().orElseThrow().milliseconds().size());
    }

    @Test
    void tasksAtOnceAreMeasuredAgainstTheSameOneByOne() throws IOException {
        final RowResult result = run("tasks/prepare-2", Optional.empty());

        assertEquals("", result.note());
        assertEquals(2, result.rival().orElseThrow().milliseconds().size());
    }

    @Test
    void nothingStaysInTheWorkFolderButTheLog() throws IOException {
        run("crop", Optional.empty());

        try (Stream<Path> files = Files.list(work)) {
            assertEquals(List.of("workers.log"), files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void aTaskThatThereIsNotIsAnError() {
        final BenchRow unknown = new BenchRow("unknown", "unknown", row("crop").spec(), false, Rival.NONE, 0);

        assertThrows(IOException.class, () -> new RowRunner(new WorkerFactory(System.getProperty("java.class.path"), HOME, Optional.empty(), false), 1, 0, work).run(unknown, 1));
    }
}
