/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AffinityModeTest {

    /** Two sockets of three cores with two logical processors each, numbered as Linux does: the second ones of all cores last. */
    private static CpuTopology twoSockets(final Path folder, final String allowed) throws IOException {
        for (int processor = 0; processor < 12; processor++) {
            final Path topology = Files.createDirectories(folder.resolve("cpu%d/topology".formatted(processor)));
            Files.writeString(topology.resolve("physical_package_id"), "%d\n".formatted(processor % 6 / 3));
            Files.writeString(topology.resolve("core_id"), "%d\n".formatted(processor % 3));
        }

        return CpuTopology.read(folder, CpuTopology.parse(allowed));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "SOCKET | 1 | [[0, 1, 2, 6, 7, 8]]",
            "SOCKET | 3 | [[0, 1, 2, 6, 7, 8], [0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10, 11]]",
            "SINGLE | 4 | [[0, 6], [0, 6], [3, 9], [3, 9]]",
            "SINGLE_UNIQUE | 4 | [[0, 6], [1, 7], [3, 9], [4, 10]]",
            "SOCKET_UNIQUE_INTERLEAVED | 4 | [[0, 2, 6, 8], [1, 7], [3, 5, 9, 11], [4, 10]]",
            "SOCKET_UNIQUE_CONTINUOUS | 4 | [[0, 6], [1, 2, 7, 8], [3, 9], [4, 5, 10, 11]]",
            "SOCKET_UNIQUE_CONTINUOUS | 1 | [[0, 1, 2, 6, 7, 8]]"})
    void eachModeGivesDevicesTheProcessorsThatItsNameSays(final AffinityMode mode, final int devices, final String processors, @TempDir final Path folder) throws IOException {
        assertEquals(processors, mode.processors(twoSockets(folder, "0-11"), devices).toString());
    }

    @Test
    void onlyAllowedProcessorsCount(@TempDir final Path folder) throws IOException {
        assertEquals(List.of(new TreeSet<>(List.of(1)), new TreeSet<>(List.of(4))), AffinityMode.SOCKET.processors(twoSockets(folder, "1,4"), 2));
    }

    @Test
    void aCoreOfOnesOwnNeedsAsManyCoresAsDevices(@TempDir final Path folder) throws IOException {
        final CpuTopology topology = twoSockets(folder, "0-11");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> AffinityMode.SINGLE_UNIQUE.processors(topology, 7)).getMessage().contains("4 devices"));
        assertEquals(7, AffinityMode.SINGLE.processors(topology, 7).size());
    }
}
