/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A line as NVIDIA's dllogger writes it: {@code DLLL} and a JSON object with timestamp, datetime, elapsedtime, type, and what the type asks for. */
public final class LoggerLine {
    private static final double MILLIS = 1000;

    private LoggerLine() {
    }

    /**
     * @param beginMillis when the log began, milliseconds since 1970
     * @param epochMillis when the line was written
     * @param step        a number, a list of numbers, an empty list for the whole run, or PARAMETER
     * @param data        what there is to say
     * @return the line, its end included
     */
    public static String log(final long beginMillis, final long epochMillis, final Object step, final Map<String, Object> data) {
        final Map<String, Object> line = begin(beginMillis, epochMillis, "LOG");
        line.put("step", step);
        line.put("data", data);
        return text(line);
    }

    /**
     * @param metric whose unit it is
     * @param unit   such as ms
     * @return the line, its end included
     */
    public static String unit(final long beginMillis, final long epochMillis, final String metric, final String unit) {
        final Map<String, Object> line = begin(beginMillis, epochMillis, "METADATA");
        line.put("metric", metric);
        line.put("metadata", Map.of("unit", unit));
        return text(line);
    }

    private static Map<String, Object> begin(final long beginMillis, final long epochMillis, final String type) {
        final Map<String, Object> line = new LinkedHashMap<>();
        line.put("timestamp", String.format(Locale.ROOT, "%.6f", epochMillis / MILLIS));
        line.put("datetime", Instant.ofEpochMilli(epochMillis).toString());
        line.put("elapsedtime", String.format(Locale.ROOT, "%.6f", (epochMillis - beginMillis) / MILLIS));
        line.put("type", type);
        return line;
    }

    private static String text(final Map<String, Object> line) {
        return "DLLL %s\n".formatted(TrainingJson.write(line));
    }
}
