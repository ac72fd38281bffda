/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.run.FolderTree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Measures a row: all sides are prepared and warm, then they take turns. */
final class RowRunner {
    /** Losses are compared over so many steps, those before the turns included. */
    private static final int LEAST_RUNS = 3;
    /** The first run of a JVM is not like those that follow, however long it takes; unless it takes longer than this. */
    private static final int LEAST_RUNS_OF_JAVA = 2;
    private static final double SLOW_MILLISECONDS = 15_000;
    /** After so long a row has no further turn. */
    private static final double LONGEST_MILLISECONDS = 120_000;
    /** Shorter work is repeated within a turn. */
    private static final double LEAST_MILLISECONDS = 300;

    private final WorkerFactory workers;
    private final int repetitions;
    private final double warmMilliseconds;
    private final Path work;

    /**
     * @param warmMilliseconds how long a side works at least before it is measured
     * @param work             a folder for inputs and results; what a row writes there is deleted after it
     */
    RowRunner(final WorkerFactory workers, final int repetitions, final double warmMilliseconds, final Path work) {
        this.workers = workers;
        this.repetitions = repetitions;
        this.warmMilliseconds = warmMilliseconds;
        this.work = work;
    }

    /** A side that is warm. */
    private record Contender(BenchWorker worker, int times, List<Double> milliseconds) {

        /** @return how long it took, milliseconds */
        double takeTurn() throws IOException {
            final double each = worker.run(times);
            milliseconds.add(each);
            return each * times;
        }

        RowResult.Side side() throws IOException {
            return new RowResult.Side(milliseconds, worker.peakMegabytes());
        }
    }

    RowResult run(final BenchRow row, final int threads) throws IOException {
        final Path folder = Files.createTempDirectory(work, "row-");
        final Path log = work.resolve("workers.log");
        try (BenchWorker ours = workers.ours(threads, row.heapMegabytes(), log);
             BenchWorker peer = row.hasPeer() && workers.python().isPresent() ? workers.peer(threads, log) : null;
             BenchWorker rival = rival(row, threads, log)) {
            final JsonNode inputs = ours.prepare(row.task(), folder, row.spec());
            final Contender first = warmed(ours, LEAST_RUNS_OF_JAVA);
            Optional<Contender> second = Optional.empty();
            String note = row.hasPeer() ? "no peer" : "";
            if (peer != null) {
                note = "";
                try {
                    peer.prepare(row.task(), folder, withInputs(row.spec(), inputs));
                    second = Optional.of(warmed(peer, 1));
                } catch (final IOException failure) {
                    note = "no peer: %s".formatted(failure.getMessage());
                }
            }

            final Optional<Contender> third = rival == null ? Optional.empty() : Optional.of(warmedRival(rival, row, folder));
            takeTurns(Stream.of(Optional.of(first), second, third).flatMap(Optional::stream).toList());
            if (second.isPresent()) {
                note = compare(row, folder, ours, peer);
            } else if (third.isPresent() && !row.hasPeer()) {
                note = compare(row, folder, ours, rival);
            }

            return new RowResult(row, threads, first.side(), side(second), side(third), note);
        } finally {
            FolderTree.delete(folder);
        }
    }

    private void takeTurns(final List<Contender> contenders) throws IOException {
        double spent = 0;
        for (int turn = 0; turn < repetitions && spent < LONGEST_MILLISECONDS; turn++) {
            for (final Contender contender : contenders) {
                spent += contender.takeTurn();
            }
        }
    }

    private BenchWorker rival(final BenchRow row, final int threads, final Path log) throws IOException {
        return switch (row.rival()) {
            case NONE -> null;
            case PLAIN_NETWORK -> workers.plain(threads, log);
            case ONE_BY_ONE, WITHOUT_NIFI -> workers.ours(threads, log);
        };
    }

    private static JsonNode withInputs(final ObjectNode spec, final JsonNode inputs) {
        final ObjectNode whole = spec.deepCopy();
        inputs.path("spec").properties().forEach(member -> whole.set(member.getKey(), member.getValue()));
        return whole;
    }

    private Contender warmedRival(final BenchWorker rival, final BenchRow row, final Path folder) throws IOException {
        final ObjectNode spec = row.spec().deepCopy();
        spec.put("oneByOne", row.rival() == Rival.ONE_BY_ONE);
        spec.put("withoutNifi", row.rival() == Rival.WITHOUT_NIFI);
        rival.prepare(row.task(), folder, spec);
        return warmed(rival, LEAST_RUNS_OF_JAVA);
    }

    private Contender warmed(final BenchWorker worker, final int leastRuns) throws IOException {
        double spent = 0;
        double last = 0;
        int runs = 0;
        while (spent < warmMilliseconds || runs < Math.max(leastRuns, LEAST_RUNS - repetitions)) {
            last = worker.run(1);
            spent += last;
            runs++;
            if (last > SLOW_MILLISECONDS) {
                break;
            }
        }

        return new Contender(worker, (int) Math.clamp(Math.ceil(LEAST_MILLISECONDS / Math.max(last, 1e-3)), 1, 10_000), new ArrayList<>());
    }

    private static Optional<RowResult.Side> side(final Optional<Contender> contender) throws IOException {
        return contender.isPresent() ? Optional.of(contender.get().side()) : Optional.empty();
    }

    private static String compare(final BenchRow row, final Path folder, final BenchWorker ours, final BenchWorker other) throws IOException {
        ours.writeResult(folder.resolve("result-ours"));
        other.writeResult(folder.resolve("result-other"));
        final double difference = ResultComparison.difference(folder.resolve("result-ours"), folder.resolve("result-other"));
        return difference <= row.tolerance() ? "" : String.format(Locale.ROOT, "results differ by %.1e", difference);
    }
}
