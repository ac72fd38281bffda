/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.github.nnunet.run.FolderTree;
import org.openjdk.jmh.runner.RunnerException;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program behind ./nnunet bench. */
public final class BenchCommand {
    private static final int FAILED = 1;
    private static final int WRONG_OPTION = 2;
    private static final double WARM_MILLISECONDS = 2000;
    private static final double QUICK_WARM_MILLISECONDS = 200;

    private final BenchOptions options;
    private final PrintStream out;

    private BenchCommand(final BenchOptions options, final PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(final String[] arguments) throws IOException, InterruptedException {
        try {
            final BenchOptions options = BenchOptions.parse(List.of(arguments), Runtime.getRuntime().availableProcessors());
            if (options.isKernels()) {
                new KernelRun(options).run();
                System.exit(0);
            }

            System.exit(new BenchCommand(options, System.out).run(Path.of(System.getProperty("nnunet.home"))) ? 0 : FAILED);
        } catch (final RunnerException failed) {
            System.err.println(failed.getMessage());
            System.exit(FAILED);
        } catch (final IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(WRONG_OPTION);
        }
    }

    /** @return whether all rows that have a peer came to the same result as it */
    private boolean run(final Path home) throws IOException, InterruptedException {
        final List<BenchRow> rows = BenchRows.of(options.isQuick()).stream().filter(row -> options.rows().matcher(row.name()).find()).toList();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("No row has a name like %s; --list prints the names".formatted(options.rows()));
        }

        if (options.isListing()) {
            rows.forEach(row -> out.println(row.name()));
            return true;
        }

        final Optional<Path> python = PythonPeer.find(options.python(), options.installsPeer(), System.err);
        final WorkerFactory workers = new WorkerFactory(System.getProperty("java.class.path"), home, python,
                Files.isExecutable(Path.of("/usr/bin/taskset")));
        final Path work = Files.createTempDirectory("nnunet-bench-");
        try {
            return measure(rows, workers, work);
        } finally {
            FolderTree.delete(work);
        }
    }

    private boolean measure(final List<BenchRow> rows, final WorkerFactory workers, final Path work) throws IOException {
        final Map<String, String> facts = facts(workers, work.resolve("workers.log"));
        facts.forEach((name, value) -> out.printf("%s: %s%n", name, value));
        out.printf("%n%s%n", BenchTable.head());
        final RowRunner runner = new RowRunner(workers, options.repetitions(), options.isQuick() ? QUICK_WARM_MILLISECONDS : WARM_MILLISECONDS, work);
        final List<RowResult> results = new ArrayList<>();
        boolean isWell = true;
        for (final int threads : options.threads()) {
            for (final BenchRow row : rows) {
                try {
                    final RowResult result = runner.run(row, threads);
                    results.add(result);
                    out.println(BenchTable.line(result));
                    isWell &= !result.note().startsWith("results differ");
                } catch (final IOException failure) {
                    out.printf("%-34s %7d failed: %s%n", row.name(), threads, failure.getMessage());
                    isWell = false;
                }

                // After each row, so that a run that is cut off leaves what it has.
                BenchReport.write(options.json(), facts, results);
            }
        }

        out.printf("%nratio: how many times as long the peer takes; and the rival, which is the plain network in our libtorch, the same tasks one by one, or the same calls without NiFi. JSON: %s%n", options.json());
        return isWell;
    }

    private static Map<String, String> facts(final WorkerFactory workers, final Path log) throws IOException {
        final Map<String, String> facts = MachineFacts.read();
        try (BenchWorker ours = workers.ours(1, log)) {
            add(facts, ours.versions());
        }

        if (workers.python().isPresent()) {
            try (BenchWorker peer = workers.peer(1, log)) {
                add(facts, peer.versions());
            }
        }

        return facts;
    }

    private static void add(final Map<String, String> facts, final JsonNode versions) {
        versions.properties().forEach(version -> facts.put(version.getKey(), version.getValue().asText()));
    }
}
