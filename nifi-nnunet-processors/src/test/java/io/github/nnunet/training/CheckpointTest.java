/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.OptimizerState;
import io.github.nnunet.network.NetworkTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CheckpointTest {

    @TempDir
    private Path folder;

    private static Checkpoint sample() {
        final NetworkTopology topology = NetworkChoice.topology(NetworkSettings.defaults().withFilters(List.of(2, 3, 4)), PreparedSample.plan(3, PreparedSample.PATCH), 3);
        final NetworkWeights weights = NetworkWeights.initial(topology, SampleRandom.of(1, 2, 3));
        final NetworkWeights average = NetworkWeights.initial(topology, SampleRandom.of(4, 5, 6));
        final TrainingJob job = new TrainingJob(Path.of("d"), Path.of("r"), 1, List.of("a"), List.of("b"), TrainingSettings.defaults());
        final EpochReport report = new EpochReport(1, 10, 104, 0.5, true, List.of(new ClassDice("Anterior", 0.8)), 0.8, true, 0.8, 1, 8e-4, 60, 5, 60, 540, TrainingEnd.NOT_YET);
        return new Checkpoint(topology, job, TrainingState.beginning().after(report, 123), weights, Optional.of(average), new OptimizerState(7, List.of(new float[] {1, 2}, new float[0])));
    }

    @Test
    void everythingSurvivesTheFile() throws IOException, CaseException {
        final Checkpoint written = sample();
        final Path file = folder.resolve("last.pt");
        written.write(file);
        final Checkpoint read = Checkpoint.read(file);
        assertEquals(written.topology(), read.topology());
        assertEquals(written.job(), read.job());
        assertEquals(written.state(), read.state());
        assertEquals(7, read.optimizer().steps());
        assertArrayEquals(new float[] {1, 2}, read.optimizer().tensors().getFirst());
        assertSameWeights(written.weights(), read.weights());
        assertSameWeights(written.average().orElseThrow(), read.average().orElseThrow());
    }

    private static void assertSameWeights(final NetworkWeights expected, final NetworkWeights actual) {
        for (final NetworkWeights.Entry entry : expected.entries()) {
            final NetworkWeights.Entry other = actual.entry(entry.name());
            assertArrayEquals(entry.shape(), other.shape());
            assertArrayEquals(entry.values(), other.values());
            assertEquals(entry.isParameter(), other.isParameter());
        }
    }

    @Test
    void anythingElseIsRefusedWithTheFilesName() throws IOException {
        final Path file = folder.resolve("last.pt");
        for (final String content : List.of("", "NNUNETCK", "PK something else", "NNUNETCK\u007fff")) {
            Files.writeString(file, content);
            assertTrue(assertThrows(CaseException.class, () -> Checkpoint.read(file)).getMessage().contains("last.pt"));
        }
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        final Path file = folder.resolve("last.pt");
        sample().write(file);
        final byte[] bytes = Files.readAllBytes(file);
        for (int place = 0; place < bytes.length; place += bytes.length / 40) {
            final byte[] damaged = bytes.clone();
            damaged[place] ^= 0x41;
            Files.write(file, damaged);
            assertThrows(CaseException.class, () -> Checkpoint.read(file), "byte " + place);
        }
    }
}
