/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import java.util.List;

public final class ScoreSummary {
    private final List<CaseScores> cases;

    private ScoreSummary(final List<CaseScores> cases) {
        this.cases = List.copyOf(cases);
    }

    public static ScoreSummary of(final List<CaseScores> cases) {
        return new ScoreSummary(cases);
    }

    public List<CaseScores> cases() {
        return cases;
    }

    public double mean() {
        throw new UnsupportedOperationException("in the next commit");
    }

    public String toJson() {
        throw new UnsupportedOperationException("in the next commit");
    }

    public String toCsv() {
        throw new UnsupportedOperationException("in the next commit");
    }

    public String toTable() {
        throw new UnsupportedOperationException("in the next commit");
    }
}
