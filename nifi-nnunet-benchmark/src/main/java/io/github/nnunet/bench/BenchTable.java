/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import java.util.Locale;
import java.util.Optional;

/** The table on the terminal, a line a row. */
final class BenchTable {
    private static final String LINE = "%-34s %7s %11s %11s %7s %11s %7s %13s  %s";

    private BenchTable() {
    }

    static String head() {
        return LINE.formatted("row", "threads", "ours ms", "peer ms", "ratio", "rival ms", "ratio", "MB ours/peer", "");
    }

    static String line(final RowResult result) {
        return LINE.formatted(result.row().name(), result.threads(), milliseconds(result.ours()), text(result.peer()), ratio(result, result.peer()),
                text(result.rival()), ratio(result, result.rival()),
                String.format(Locale.ROOT, "%.0f/%s", result.ours().peakMegabytes(), result.peer().map(peer -> String.format(Locale.ROOT, "%.0f", peer.peakMegabytes())).orElse("-")),
                note(result)).stripTrailing();
    }

    private static String note(final RowResult result) {
        return result.nifiShare().isPresent() ? String.format(Locale.ROOT, "NiFi's share %.1f %% %s", result.nifiShare().getAsDouble(), result.note()) : result.note();
    }

    private static String milliseconds(final RowResult.Side side) {
        final double median = side.median();
        return String.format(Locale.ROOT, median < 10 ? "%.3f" : "%.1f", median);
    }

    private static String text(final Optional<RowResult.Side> side) {
        return side.map(BenchTable::milliseconds).orElse("-");
    }

    private static String ratio(final RowResult result, final Optional<RowResult.Side> side) {
        return side.map(other -> String.format(Locale.ROOT, "%.2f", other.ratioTo(result.ours()))).orElse("-");
    }
}
