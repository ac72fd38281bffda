/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.training.ClassDice;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingEnd;
import io.github.nnunet.training.TrainingHistory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A training as a page that needs nothing but itself: no script, no font, no address of anything else. */
final class HtmlReport {
    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 0 auto; padding: 24px; color: var(--text); background: var(--paper); }
            h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 32px 0 8px; } h3 { font-size: 14px; margin: 0 0 4px; }
            .faint, th, dt { color: var(--faint); font-weight: normal; }
            dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 16px; margin: 24px 0; }
            dl.facts dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; } dl.facts small { font-size: 13px; color: var(--faint); }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 32px; }
            svg { width: 100%; height: auto; } svg polyline { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; fill: none; }
            svg text.small { font-size: 11px; } svg text.title { font-size: 14px; font-weight: 600; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: 3px 20px 3px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
            td.number, th.number { text-align: right; } .settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 24px; }
            .settings table { width: 100%; font-size: 13px; } .settings th { width: 50%; } .settings td { overflow-wrap: anywhere; }
            """;

    private final TrainingHistory history;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(final TrainingHistory history) {
        this.history = history;
    }

    /** @return the page */
    static String of(final TrainingHistory history) {
        final HtmlReport report = new HtmlReport(history);
        report.head();
        report.facts();
        report.charts();
        report.classes();
        report.settings();
        return report.page.append("</body>\n</html>\n").toString();
    }

    private void head() {
        final String title = Markup.escape("%s, fold %d".formatted(history.plan().name(), history.job().fold()));
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        if (isInTraining()) {
            page.append("<meta http-equiv=\"refresh\" content=\"60\">\n");
        }

        page.append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>").append(title).append("</title>\n<style>\n");
        page.append(":root { ").append(variables(true)).append("}\n@media (prefers-color-scheme: dark) { :root { ").append(variables(false)).append("} }\n");
        page.append(STYLE).append("</style>\n</head>\n<body>\n<h1>").append(title).append("</h1>\n");
        page.append("<div class=\"faint\">").append(Markup.escape(state())).append("</div>\n");
    }

    /** The page in the run folder is then replaced after the next epoch. */
    private boolean isInTraining() {
        return history.last().map(EpochReport::end).orElse(TrainingEnd.NOT_YET) == TrainingEnd.NOT_YET;
    }

    private static String variables(final boolean light) {
        final StringBuilder text = new StringBuilder();
        for (final Ink ink : Ink.values()) {
            text.append("--%s: #%06x; ".formatted(ink.variable(), light ? ink.light() : ink.dark()));
        }

        return text.toString();
    }

    private String state() {
        return switch (history.last().map(EpochReport::end).orElse(TrainingEnd.NOT_YET)) {
            case NOT_YET -> "In training.";
            case EPOCHS -> "Training has ended: all epochs are done.";
            case PATIENCE -> "Training has ended: the validation Dice has not risen for as many epochs as Patience allows.";
            case TIME -> "Training has ended: the time allowed is used up.";
        };
    }

    private void facts() {
        final Optional<EpochReport> last = history.last();
        if (last.isEmpty()) {
            return;
        }

        final EpochReport report = last.get();
        page.append("<dl class=\"facts\">\n");
        fact("Epoch", Integer.toString(report.epoch()), "of %d".formatted(report.epochs()));
        fact("Loss", number(report.loss()), "");
        history.best().ifPresent(best -> fact("Best mean Dice", number(best.meanDice()), "epoch %d".formatted(best.epoch())));
        history.lastValidated().ifPresent(scored -> fact("Last mean Dice", number(scored.meanDice()), "epoch %d".formatted(scored.epoch())));
        fact("Patches a second", String.format(Locale.ROOT, "%.2f", history.patchesPerSecond()), "");
        fact("Time an epoch", time(report.seconds()), "");
        fact("Time so far", time(report.elapsedSeconds()), "");
        if (isInTraining()) {
            fact("Time left, at most", time(report.remainingSeconds()), "");
        }

        page.append("</dl>\n");
    }

    private void fact(final String name, final String value, final String more) {
        page.append("<div><dt>%s</dt><dd>%s <small>%s</small></dd></div>%n".formatted(name, value, more));
    }

    private static String number(final double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String time(final double seconds) {
        final Duration time = Duration.ofSeconds(Math.round(seconds));
        if (time.toMinutes() < 1) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }

        return time.toHours() < 1 ? "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart()) : "%d h %02d min".formatted(time.toHours(), time.toMinutesPart());
    }

    private void charts() {
        page.append("<div class=\"charts\">\n");
        for (final Chart chart : TrainingCharts.of(history)) {
            final SvgCanvas canvas = new SvgCanvas();
            chart.draw(canvas);
            page.append(canvas.element(Chart.WIDTH, Chart.HEIGHT, chart.title()));
        }

        page.append("</div>\n");
        history.best().ifPresent(best -> page.append("<p class=\"faint\">The upright line marks the best epoch, %d: its weights are the model.</p>%n".formatted(best.epoch())));
    }

    private void classes() {
        final Optional<EpochReport> scored = history.lastValidated();
        if (scored.isEmpty()) {
            return;
        }

        page.append("<h2>Validation Dice by class</h2>\n<table>\n<tr><th>class</th><th class=\"number\">best epoch</th><th class=\"number\">last</th><th class=\"number\">highest of all epochs</th></tr>\n");
        final List<ClassDice> last = scored.get().classDice();
        final List<ClassDice> best = history.best().map(EpochReport::classDice).orElse(last);
        for (int i = 0; i < last.size(); i++) {
            final int number = i;
            final double highest = history.epochs().stream().filter(EpochReport::validated).mapToDouble(report -> report.classDice().get(number).dice()).max().orElse(0);
            row(last.get(i).name(), best.get(i).dice(), last.get(i).dice(), highest);
        }

        final double highest = history.epochs().stream().filter(EpochReport::validated).mapToDouble(EpochReport::meanDice).max().orElse(0);
        row("mean", history.best().orElse(scored.get()).meanDice(), scored.get().meanDice(), highest);
        page.append("</table>\n");
    }

    private void row(final String name, final double... values) {
        final List<String> cells = new ArrayList<>();
        for (final double value : values) {
            cells.add("<td class=\"number\">%s</td>".formatted(number(value)));
        }

        page.append("<tr><td>%s</td>%s</tr>%n".formatted(Markup.escape(name), String.join("", cells)));
    }

    private void settings() {
        page.append("<h2>Settings</h2>\n<div class=\"settings\">\n");
        SettingsTable.of(history).forEach((group, settings) -> {
            page.append("<div><h3>%s</h3><table>%n".formatted(Markup.escape(group)));
            settings.forEach((name, value) -> page.append("<tr><th>%s</th><td>%s</td></tr>%n".formatted(Markup.escape(name), Markup.escape(value))));
            page.append("</table></div>\n");
        });
        page.append("</div>\n");
    }
}
