/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.metrics.CaseScores;
import io.github.nnunet.metrics.Measure;
import io.github.nnunet.metrics.ScoreSummary;
import io.github.nnunet.nifi.CaseAttributes;

import java.util.HashMap;
import java.util.Map;

/** Scores as attributes. */
final class ScoreAttributes {

    private ScoreAttributes() {
    }

    /** @return the Dice of a case, of each class and their mean */
    static Map<String, String> dice(final CaseScores scores) {
        final Map<String, String> attributes = new HashMap<>();
        attributes.put(CaseAttributes.DICE_MEAN, Double.toString(scores.mean()));
        scores.classes().keySet().forEach(name -> attributes.put(CaseAttributes.DICE_PREFIX + name, Double.toString(scores.dice(name))));
        return attributes;
    }

    /** @return all measures of a case, and all together as JSON; undefined measures have no attribute */
    static Map<String, String> all(final CaseScores scores) {
        final Map<String, String> attributes = new HashMap<>();
        attributes.put(CaseAttributes.SCORES, scores.toJson());
        scores.classes().forEach((name, measures) -> measures.forEach((measure, value) -> {
            if (Double.isFinite(value)) {
                attributes.put(CaseAttributes.SCORE_PREFIX + measure.key() + "." + name, Double.toString(value));
            }
        }));
        return attributes;
    }

    /**
     * @param missing how many cases have no scores
     * @return the mean Dice over the cases, of each class and of all, and how many cases and folds that is
     */
    static Map<String, String> of(final ScoreSummary summary, final int missing) {
        final Map<String, String> attributes = new HashMap<>();
        summary.classNames().forEach(name -> attributes.put(CaseAttributes.DICE_PREFIX + name, Double.toString(summary.statistics(name, Measure.DICE).mean())));
        attributes.put(CaseAttributes.DICE_MEAN, Double.toString(summary.mean()));
        attributes.put(CaseAttributes.CASES_SCORED, Integer.toString(summary.cases().size()));
        attributes.put(CaseAttributes.CASES_MISSING, Integer.toString(missing));
        attributes.put(CaseAttributes.FOLDS_SCORED, Integer.toString(summary.folds().size()));
        return attributes;
    }
}
