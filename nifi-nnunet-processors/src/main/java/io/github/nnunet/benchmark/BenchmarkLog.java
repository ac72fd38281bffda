/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.training.LoggerLine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of a benchmark, as the reference's logger writes it: a line for each unit, one with what was timed, one with the figures.
 */
public final class BenchmarkLog {
    private static final String MILLISECONDS = "ms";

    private BenchmarkLog() {
    }

    /**
     * @param parameters  what was timed
     * @param beginMillis when the benchmark began, milliseconds since 1970
     * @param endMillis   when it ended
     */
    public static String write(final BenchmarkMode mode, final Map<String, Object> parameters, final BenchmarkFigures figures, final long beginMillis, final long endMillis) {
        final Map<String, Object> data = data(mode, figures);
        final StringBuilder log = new StringBuilder();
        data.keySet().forEach(metric -> log.append(LoggerLine.unit(beginMillis, beginMillis, metric, metric.startsWith("throughput") ? "images/s" : MILLISECONDS)));
        return log.append(LoggerLine.log(beginMillis, beginMillis, "PARAMETER", parameters)).append(LoggerLine.log(beginMillis, endMillis, List.of(), data)).toString();
    }

    private static Map<String, Object> data(final BenchmarkMode mode, final BenchmarkFigures figures) {
        final Map<String, Object> data = new LinkedHashMap<>();
        data.put("throughput_%s".formatted(mode.word()), figures.throughput());
        data.put("latency_%s_mean".formatted(mode.word()), figures.mean());
        data.put("latency_%s_90".formatted(mode.word()), figures.p90());
        data.put("latency_%s_95".formatted(mode.word()), figures.p95());
        data.put("latency_%s_99".formatted(mode.word()), figures.p99());
        return data;
    }
}
