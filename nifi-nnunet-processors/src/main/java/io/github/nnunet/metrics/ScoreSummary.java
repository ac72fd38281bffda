/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * The scores of a set of cases. Dice is a fraction, where the reference prints it times 100; the mean of a class is that
 * over its cases, the mean of the set that over the classes' means, as the reference has them.
 */
public final class ScoreSummary {
    private static final int DICE_COLUMN = 10;

    private final List<CaseScores> cases;
    private final Map<String, Integer> foldOfCase;
    private final List<String> classNames;
    private final Set<Measure> measures;

    private ScoreSummary(final List<CaseScores> cases, final Map<String, Integer> foldOfCase) {
        this.cases = cases;
        this.foldOfCase = foldOfCase;
        final Set<String> names = new LinkedHashSet<>();
        this.measures = EnumSet.noneOf(Measure.class);
        for (final CaseScores scores : cases) {
            names.addAll(scores.classes().keySet());
            scores.classes().values().forEach(values -> measures.addAll(values.keySet()));
        }

        this.classNames = List.copyOf(names);
    }

    /** @param cases at least one; they are sorted by id */
    public static ScoreSummary of(final List<CaseScores> cases) {
        return of(cases, Map.of());
    }

    /**
     * @param cases      at least one; they are sorted by id
     * @param foldOfCase by id, the fold of cross-validation whose model predicted a case; cases of no fold are not in it
     */
    public static ScoreSummary of(final List<CaseScores> cases, final Map<String, Integer> foldOfCase) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("A summary needs at least one case");
        }

        final List<CaseScores> sorted = new ArrayList<>(cases);
        sorted.sort(Comparator.comparing(CaseScores::id));
        return new ScoreSummary(List.copyOf(sorted), Map.copyOf(foldOfCase));
    }

    /** @return the cases, sorted by id */
    public List<CaseScores> cases() {
        return cases;
    }

    /** @return a summary of each fold that has cases, by its number */
    public SortedMap<Integer, ScoreSummary> folds() {
        final SortedMap<Integer, List<CaseScores>> byFold = new TreeMap<>();
        for (final CaseScores scores : cases) {
            if (foldOfCase.containsKey(scores.id())) {
                byFold.computeIfAbsent(foldOfCase.get(scores.id()), fold -> new ArrayList<>()).add(scores);
            }
        }

        final SortedMap<Integer, ScoreSummary> summaries = new TreeMap<>();
        byFold.forEach((fold, ofFold) -> summaries.put(fold, of(ofFold)));
        return summaries;
    }

    /** @return names of the classes in order */
    public List<String> classNames() {
        return classNames;
    }

    /** @return Dice of the set: the mean over the classes of their means over the cases */
    public double mean() {
        return classNames.stream().mapToDouble(name -> statistics(name, Measure.DICE).mean()).average().orElse(Double.NaN);
    }

    /** @return a measure of a class over the cases that have a finite value */
    public ScoreStatistics statistics(final String className, final Measure measure) {
        return ScoreStatistics.of(cases.stream().mapToDouble(scores -> value(scores, className, measure)));
    }

    private static double value(final CaseScores scores, final String className, final Measure measure) {
        return scores.classes().getOrDefault(className, Map.of()).getOrDefault(measure, Double.NaN);
    }

    /**
     * @return {@code {"mean": {"dice": …}, "classes": {name: {"dice": …}}, "cases": [{"id": …, "mean": …, "classes": {…}}]}}
     *         with the other measures, and for each its standard deviation, median and number of cases (dice_std,
     *         dice_median, dice_count); where cases are of folds, {@code "fold"} on each of them and
     *         {@code "folds": [{"fold": …, "cases": number, "mean": {…}, "classes": {…}}]}
     */
    public String toJson() {
        final ObjectNode root = JsonNodeFactory.instance.objectNode();
        putStatistics(root);
        final SortedMap<Integer, ScoreSummary> folds = folds();
        if (!folds.isEmpty()) {
            final ArrayNode foldNodes = root.putArray("folds");
            folds.forEach((fold, summary) -> summary.putStatistics(foldNodes.addObject().put("fold", fold).put("cases", summary.cases.size())));
        }

        final ArrayNode caseNodes = root.putArray("cases");
        for (final CaseScores scores : cases) {
            final ObjectNode node = scores.toNode();
            if (foldOfCase.containsKey(scores.id())) {
                node.put("fold", foldOfCase.get(scores.id()));
            }

            caseNodes.add(node);
        }

        return root.toPrettyString() + System.lineSeparator();
    }

    private void putStatistics(final ObjectNode root) {
        final ObjectNode mean = root.putObject("mean");
        final ObjectNode classes = root.putObject("classes");
        for (final Measure measure : measures) {
            CaseScores.putNumber(mean, measure.key(), mean(measure));
        }

        for (final String name : classNames) {
            final ObjectNode node = classes.putObject(name);
            for (final Measure measure : measures) {
                statistics(name, measure).putInto(node, measure);
            }
        }
    }

    private double mean(final Measure measure) {
        final DoubleStream means = classNames.stream().mapToDouble(name -> statistics(name, measure).mean());
        return means.filter(Double::isFinite).average().orElse(Double.NaN);
    }

    /** @return a line a case and class, comma separated, undefined values empty; names with commas or quotes are quoted */
    public String toCsv() {
        final StringBuilder text = new StringBuilder("case,class");
        measures.forEach(measure -> text.append(',').append(measure.key()));
        text.append('\n');
        for (final CaseScores scores : cases) {
            for (final String name : scores.classes().keySet()) {
                text.append(quoted(scores.id())).append(',').append(quoted(name));
                for (final Measure measure : measures) {
                    text.append(',').append(cell(value(scores, name, measure)));
                }
                text.append('\n');
            }
        }

        return text.toString();
    }

    /** @return a line a class and measure with mean, standard deviation, median and number of cases; undefined values empty */
    public String toClassCsv() {
        final StringBuilder text = new StringBuilder("class,measure,mean,std,median,count\n");
        for (final String name : classNames) {
            for (final Measure measure : measures) {
                final ScoreStatistics statistics = statistics(name, measure);
                text.append(quoted(name)).append(',').append(measure.key()).append(',').append(cell(statistics.mean())).append(',')
                        .append(cell(statistics.standardDeviation())).append(',').append(cell(statistics.median())).append(',').append(statistics.count()).append('\n');
            }
        }

        return text.toString();
    }

    private static String cell(final double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    private static String quoted(final String text) {
        final boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** @return Dice in columns: a line a case, then mean, standard deviation and median of each class, and the mean of each fold if there are several */
    public String toTable() {
        final int idColumn = Math.max("median".length(), cases.stream().mapToInt(scores -> scores.id().length()).max().orElse(0));
        final StringBuilder text = new StringBuilder();
        appendCell(text, "case", -idColumn);
        classNames.forEach(name -> appendCell(text, name, width(name)));
        appendCell(text, "mean", DICE_COLUMN);
        text.append('\n');
        for (final CaseScores scores : cases) {
            appendCell(text, scores.id(), -idColumn);
            classNames.forEach(name -> appendCell(text, number(value(scores, name, Measure.DICE)), width(name)));
            appendCell(text, number(scores.mean()), DICE_COLUMN);
            text.append('\n');
        }

        appendStatistics(text, idColumn);
        return text.toString();
    }

    private void appendStatistics(final StringBuilder text, final int idColumn) {
        final ScoreStatistics means = ScoreStatistics.of(cases.stream().mapToDouble(CaseScores::mean));
        appendCell(text, "mean", -idColumn);
        classNames.forEach(name -> appendCell(text, number(statistics(name, Measure.DICE).mean()), width(name)));
        appendCell(text, number(mean()), DICE_COLUMN);
        text.append('\n');
        appendCell(text, "std", -idColumn);
        classNames.forEach(name -> appendCell(text, number(statistics(name, Measure.DICE).standardDeviation()), width(name)));
        appendCell(text, number(means.standardDeviation()), DICE_COLUMN);
        text.append('\n');
        appendCell(text, "median", -idColumn);
        classNames.forEach(name -> appendCell(text, number(statistics(name, Measure.DICE).median()), width(name)));
        appendCell(text, number(means.median()), DICE_COLUMN);
        text.append('\n');
        final SortedMap<Integer, ScoreSummary> folds = folds();
        if (folds.size() > 1) {
            folds.forEach((fold, summary) -> appendFold(text, idColumn, "fold " + fold, summary));
        }
    }

    private void appendFold(final StringBuilder text, final int idColumn, final String name, final ScoreSummary summary) {
        appendCell(text, name, -idColumn);
        classNames.forEach(className -> appendCell(text, number(summary.statistics(className, Measure.DICE).mean()), width(className)));
        appendCell(text, number(summary.mean()), DICE_COLUMN);
        text.append('\n');
    }

    private static int width(final String className) {
        return Math.max(DICE_COLUMN, className.length() + 2);
    }

    /** @param width columns; negative for text at the left */
    private static void appendCell(final StringBuilder text, final String cell, final int width) {
        text.append(("%" + width + "s").formatted(cell));
    }

    private static String number(final double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
    }
}
