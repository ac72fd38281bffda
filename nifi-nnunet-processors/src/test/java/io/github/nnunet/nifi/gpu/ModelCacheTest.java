/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ModelCacheTest {
    private static final ComputeDevice OTHER_DEVICE = new ComputeDevice("cuda:0");

    @TempDir
    private Path folder;

    private final List<String> events = new ArrayList<>();

    @Test
    void aModelIsLoadedOnceForAllWhoUseIt() throws CaseException, IOException {
        final ModelCache cache = cache(1);
        final Path file = file("a", "one");

        try (LoadedModel first = cache.acquire(ComputeDevice.CPU, file);
             LoadedModel second = cache.acquire(ComputeDevice.CPU, file)) {
            assertSame(first.network(), second.network());
        }

        assertEquals(List.of("load a"), events);
    }

    @Test
    void filesWithTheSameBytesAreOneModel() throws CaseException, IOException {
        final ModelCache cache = cache(1);

        cache.acquire(ComputeDevice.CPU, file("a", "one")).close();
        cache.acquire(ComputeDevice.CPU, file("b", "one")).close();

        assertEquals(List.of("load a"), events);
    }

    @Test
    void aFileThatWasReplacedIsLoadedAgain() throws CaseException, IOException {
        final ModelCache cache = cache(2);
        final LoadedModel before = cache.acquire(ComputeDevice.CPU, file("a", "one"));
        before.close();

        final LoadedModel after = cache.acquire(ComputeDevice.CPU, file("a", "another"));

        assertNotEquals(before.digest(), after.digest());
        assertEquals(List.of("load a", "load a"), events);
    }

    @Test
    void eachDeviceHasACopy() throws CaseException, IOException {
        final ModelCache cache = cache(2);
        final Path file = file("a", "one");

        cache.acquire(ComputeDevice.CPU, file).close();
        cache.acquire(OTHER_DEVICE, file).close();

        assertEquals(List.of("load a", "load a"), events);
    }

    @Test
    void theModelUnusedForLongestGoesWhenThereAreTooMany() throws CaseException, IOException {
        final ModelCache cache = cache(2);
        final Path first = file("a", "one");
        cache.acquire(ComputeDevice.CPU, first).close();
        cache.acquire(ComputeDevice.CPU, file("b", "two")).close();
        cache.acquire(ComputeDevice.CPU, first).close();

        cache.acquire(ComputeDevice.CPU, file("c", "three")).close();

        assertEquals(List.of("load a", "load b", "load c", "close b"), events);
    }

    @Test
    void aModelInUseIsNeverUnloaded() throws CaseException, IOException {
        final ModelCache cache = cache(0);
        final LoadedModel used = cache.acquire(ComputeDevice.CPU, file("a", "one"));

        cache.acquire(ComputeDevice.CPU, file("b", "two")).close();
        assertEquals(List.of("load a", "load b", "close b"), events);

        used.close();
        used.close();
        assertEquals(List.of("load a", "load b", "close b", "close a"), events);
    }

    @Test
    void closingUnloadsIdleModelsNowAndTheOthersLater() throws CaseException, IOException {
        final ModelCache cache = cache(5);
        final LoadedModel used = cache.acquire(ComputeDevice.CPU, file("a", "one"));
        cache.acquire(ComputeDevice.CPU, file("b", "two")).close();

        cache.close();
        used.close();

        assertEquals(List.of("load a", "load b", "close b", "close a"), events);
        assertThrows(IllegalStateException.class, () -> cache.acquire(ComputeDevice.CPU, file("c", "three")));
    }

    @Test
    void aFileThatCannotBeLoadedIsTriedAgainNextTime() throws IOException {
        final ModelCache cache = new ModelCache((file, device) -> {
            events.add("try");
            throw new CaseException(FaultCategory.UNREADABLE, "not a model");
        }, new FileDigests(), 1);
        final Path file = file("a", "one");

        assertThrows(CaseException.class, () -> cache.acquire(ComputeDevice.CPU, file));
        assertThrows(CaseException.class, () -> cache.acquire(ComputeDevice.CPU, file));

        assertEquals(List.of("try", "try"), events);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        final CaseException fault = assertThrows(CaseException.class, () -> cache(1).acquire(ComputeDevice.CPU, folder.resolve("absent")));

        assertEquals(FaultCategory.UNREADABLE, fault.category());
    }

    private Path file(final String name, final String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private ModelCache cache(final int idleLimit) {
        return new ModelCache(this::load, new FileDigests(), idleLimit);
    }

    private ModelLoader.Model load(final Path file, final ComputeDevice device) {
        final String name = file.getFileName().toString();
        events.add("load " + name);
        return new ModelLoader.Model(new NamedNetwork(name, device), Optional.empty(), Optional.empty());
    }

    private final class NamedNetwork implements SegmentationNetwork {
        private final String name;
        private final ComputeDevice device;

        private NamedNetwork(final String name, final ComputeDevice device) {
            this.name = name;
            this.device = device;
        }

        @Override
        public int inputChannels() {
            return 1;
        }

        @Override
        public int outputChannels() {
            return 2;
        }

        @Override
        public int dimensions() {
            return 3;
        }

        @Override
        public ComputeDevice device() {
            return device;
        }

        @Override
        public NDArray forward(final NDManager results, final NDArray batch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            events.add("close " + name);
        }
    }
}
