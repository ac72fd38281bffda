/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import io.github.nnunet.network.NativeEnvironment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts the workers of both sides on a number of threads.
 *
 * @param classPath of this software
 * @param home      the top folder of this project
 * @param python    the interpreter; empty where there is no peer
 * @param pinning   whether processes can be held to some of the cores
 */
record WorkerFactory(String classPath, Path home, Optional<Path> python, boolean pinning) {
    /** What a NiFi has on two cores or more. A JVM that is told of one takes the serial collector, which copies volumes from heap to heap. */
    private static final String COLLECTOR = "-XX:+UseG1GC";

    /** This software, with the memory settings of libtorch that its launcher and its documentation give it, and a heap as measure.md describes it. */
    BenchWorker ours(final int threads, final Path log) throws IOException {
        return ours(threads, BenchRow.DEFAULT_HEAP, log);
    }

    /** @param heap the largest Java heap, MB */
    BenchWorker ours(final int threads, final int heap, final Path log) throws IOException {
        return java(threads, heap, log, "fast");
    }

    /** This software with plain networks, and else the same. */
    BenchWorker plain(final int threads, final Path log) throws IOException {
        return java(threads, BenchRow.DEFAULT_HEAP, log, "plain");
    }

    private BenchWorker java(final int threads, final int heap, final Path log, final String form) throws IOException {
        final List<String> command = new ArrayList<>(pinned(threads));
        // A heap of its full size from the start, as a NiFi has that is told of it in bootstrap.conf: one that still grows meets memory no process had before, and waits for it.
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms%dm".formatted(heap), "-Xmx%dm".formatted(heap),
                "-XX:ActiveProcessorCount=%d".formatted(threads), COLLECTOR, "--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dnnunet.home=" + home, "-cp", classPath, "io.github.nnunet.bench.worker.WorkerMain",
                Integer.toString(threads), form));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(NativeEnvironment.VARIABLES);
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        return BenchWorker.start(builder, log);
    }

    private List<String> pinned(final int threads) {
        return pinning && threads < Runtime.getRuntime().availableProcessors() ? List.of("taskset", "-c", "0-%d".formatted(threads - 1)) : List.of();
    }

    /** The peer as its users have it: with the system's allocator and OpenMP as they are. */
    BenchWorker peer(final int threads, final Path log) throws IOException {
        final List<String> command = new ArrayList<>(pinned(threads));
        command.addAll(List.of(python.orElseThrow().toString(), home.resolve("nifi-nnunet-benchmark/src/main/python/peer.py").toString(), Integer.toString(threads)));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(NativeEnvironment.VARIABLES.keySet());
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        // Nothing is to be written beside the sources.
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return BenchWorker.start(builder, log);
    }
}
