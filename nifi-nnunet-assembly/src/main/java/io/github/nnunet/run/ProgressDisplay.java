/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.training.EpochReport;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Shows in a terminal how a run goes: one line a stage, rewritten in place where the output is a terminal. */
public final class ProgressDisplay {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final DatasetSize size;
    private String shown = "";
    private int shownEpoch;

    /** @param terminal whether lines can be rewritten */
    public ProgressDisplay(final PrintStream out, final boolean terminal, final DatasetSize size) {
        this.out = out;
        this.terminal = terminal;
        this.size = size;
    }

    /** Shows the stage that the run is in, after the last epoch if that ended just before. */
    public void show(final Progress progress) {
        final int epoch = progress.epoch().map(EpochReport::epoch).orElse(0);
        if (epoch > shownEpoch) {
            shownEpoch = epoch;
            if (isTrained(progress)) {
                show(describe(progress.epoch().get()));
            }
        }

        show(describe(progress));
    }

    private static boolean isTrained(final Progress progress) {
        return progress.model() || progress.scored();
    }

    private void show(final String line) {
        if (!line.equals(shown)) {
            final boolean sameStage = line.regionMatches(0, shown, 0, "[1/4]".length());
            if (terminal) {
                out.print((sameStage || shown.isEmpty() ? CLEAR_LINE : System.lineSeparator()) + line);
            } else {
                out.println(line);
            }

            out.flush();
            shown = line;
        }
    }

    /** Puts a message on a line of its own. */
    public void message(final String text) {
        if (terminal && !shown.isEmpty()) {
            out.println(CLEAR_LINE + text);
            out.print(shown);
        } else {
            out.println(text);
        }

        out.flush();
    }

    /** Ends the line that is being rewritten. */
    public void finish() {
        if (terminal && !shown.isEmpty()) {
            out.println();
        }

        shown = "";
    }

    private String describe(final Progress progress) {
        if (progress.scored()) {
            return "[4/4] Score    done";
        }

        if (progress.model()) {
            return "[3/4] Predict  %d of %d cases".formatted(progress.predicted(), size.validation());
        }

        if (progress.epoch().isPresent()) {
            return describe(progress.epoch().get()) + (terminal ? "  (step %d)".formatted(progress.steps()) : "");
        }

        if (progress.steps() > 0) {
            return "[2/4] Train    first epoch" + (terminal ? ", step %d".formatted(progress.steps()) : "");
        }

        return "[1/4] Prepare  %d of %d cases".formatted(progress.prepared(), size.labelled());
    }

    private static String describe(final EpochReport report) {
        final String dice = report.bestEpoch() == 0 ? "" : String.format(Locale.ROOT, "  Dice %s (best %.4f, epoch %d)",
                report.validated() ? String.format(Locale.ROOT, "%.4f", report.meanDice()) : "-", report.bestDice(), report.bestEpoch());
        return String.format(Locale.ROOT, "[2/4] Train    epoch %d of %d  loss %.4f%s  %s left", report.epoch(), report.epochs(), report.loss(), dice,
                time(report.remainingSeconds()));
    }

    /** @return seconds in the unit that suits them */
    static String time(final double seconds) {
        final Duration time = Duration.ofSeconds(Math.max(0, Math.round(seconds)));
        if (time.toMinutes() < 1) {
            return "%d s".formatted(time.toSeconds());
        }

        return time.toHours() < 1 ? "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart()) : "%d h %02d min".formatted(time.toHours(), time.toMinutesPart());
    }
}
