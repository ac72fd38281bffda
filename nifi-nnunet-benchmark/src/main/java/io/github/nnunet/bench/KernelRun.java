/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import java.nio.file.Path;

/** ./nnunet bench --kernels: single loops of this software in JMH, without a peer. */
final class KernelRun {
    private static final String PACKAGE = "io\\.github\\.nnunet\\.bench\\.kernel\\..*";
    private static final int WARM_ITERATIONS = 2;
    private static final TimeValue ITERATION = TimeValue.milliseconds(500);
    private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(50);

    private final BenchOptions options;

    KernelRun(final BenchOptions options) {
        this.options = options;
    }

    /** Prints what JMH prints, and writes its JSON. Each kernel has a JVM of its own, for each number of threads. */
    void run() throws RunnerException {
        if (options.isListing()) {
            new Runner(builder(1).build()).list();
            return;
        }

        for (final int threads : options.threads()) {
            new Runner(builder(threads).result(json(threads).toString()).resultFormat(ResultFormatType.JSON).build()).run();
        }
    }

    private ChainedOptionsBuilder builder(final int threads) {
        final TimeValue time = options.isQuick() ? QUICK_ITERATION : ITERATION;
        return new OptionsBuilder().include(PACKAGE + "(" + options.rows().pattern() + ")").forks(1).warmupIterations(WARM_ITERATIONS).warmupTime(time)
                .measurementIterations(options.repetitions()).measurementTime(time).threads(1).shouldFailOnError(true)
                .jvmArgs("-Xmx2g", "-XX:ActiveProcessorCount=%d".formatted(threads), "-XX:+UseG1GC");
    }

    /** Several numbers of threads have a file each. */
    private Path json(final int threads) {
        final Path file = options.json();
        if (options.threads().size() == 1) {
            return file;
        }

        final String name = file.getFileName().toString();
        final int dot = name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.');
        return file.resolveSibling("%s-%d%s".formatted(name.substring(0, dot), threads, name.substring(dot)));
    }
}
