/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The processors that this process may run on, as Linux numbers them.
 *
 * @param sockets for each socket its physical cores, and for each core its logical processors (two where it is hyperthreaded)
 */
public record CpuTopology(List<List<SortedSet<Integer>>> sockets) {

    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    public CpuTopology {
        sockets = sockets.stream().map(List::copyOf).toList();
    }

    /** @throws IOException if the system does not say; it does on Linux */
    public static CpuTopology read() throws IOException {
        final String allowed = Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(ALLOWED)).findFirst()
                .orElseThrow(() -> new IOException("%s does not say which processors are allowed".formatted(STATUS)));
        return read(PROCESSORS, parse(allowed.substring(ALLOWED.length())));
    }

    /** @param processors a folder as /sys/devices/system/cpu */
    static CpuTopology read(final Path processors, final SortedSet<Integer> allowed) throws IOException {
        final Map<Integer, Map<Integer, SortedSet<Integer>>> sockets = new TreeMap<>();
        for (final int processor : allowed) {
            final Path folder = processors.resolve("cpu" + processor).resolve("topology");
            sockets.computeIfAbsent(number(folder.resolve("physical_package_id")), socket -> new TreeMap<>())
                    .computeIfAbsent(number(folder.resolve("core_id")), core -> new TreeSet<>())
                    .add(processor);
        }

        return new CpuTopology(sockets.values().stream().<List<SortedSet<Integer>>>map(cores -> new ArrayList<>(cores.values())).toList());
    }

    private static int number(final Path file) throws IOException {
        return Integer.parseInt(Files.readString(file).strip());
    }

    /** @param list as Linux writes it, such as 0-3,8 */
    static SortedSet<Integer> parse(final String list) {
        final SortedSet<Integer> processors = new TreeSet<>();
        for (final String range : list.strip().split(",")) {
            final String[] ends = range.split("-");
            for (int processor = Integer.parseInt(ends[0]); processor <= Integer.parseInt(ends[ends.length - 1]); processor++) {
                processors.add(processor);
            }
        }

        return processors;
    }
}
