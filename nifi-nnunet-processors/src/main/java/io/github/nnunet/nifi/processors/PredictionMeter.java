/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Measures a prediction for operators: how long the case waited for devices, how long they worked, how many windows there were. */
final class PredictionMeter implements CaseSegmenter.Watch {
    private static final double NANOS = 1e9;

    private final ProcessSession session;
    private final ComponentLog log;
    private final LongSupplier nanoTime;
    private final long start;
    private long mark;
    private long waited;
    private long worked;
    private long windows;
    private int windowsOfModel;

    /** @param log told when a device's memory is too small for the windows asked for */
    PredictionMeter(final ProcessSession session, final ComponentLog log, final LongSupplier nanoTime) {
        this.session = session;
        this.log = log;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public void waits() {
        mark = nanoTime.getAsLong();
    }

    @Override
    public void computes() {
        final long now = nanoTime.getAsLong();
        waited += now - mark;
        mark = now;
        windowsOfModel = 0;
    }

    /** The counter moves while a case is predicted: it does not wait for the session's end. */
    @Override
    public void predicted(final int done, final int all) {
        final int more = done - windowsOfModel;
        windowsOfModel = done;
        windows += more;
        session.adjustCounter("Windows", more, true);
    }

    @Override
    public void reduced(final int batch) {
        log.warn("The device's memory ran out, and the case goes on with {} windows in a forward pass: lower Window Batch Size or the tasks at once", batch);
    }

    @Override
    public void ends() {
        worked += nanoTime.getAsLong() - mark;
    }

    /** Sums, from which means over any time follow. */
    void count() {
        session.adjustCounter("Milliseconds Predicting", TimeUnit.NANOSECONDS.toMillis(worked), false);
        session.adjustCounter("Milliseconds Waiting For Device", TimeUnit.NANOSECONDS.toMillis(waited), false);
    }

    /** @return since the case was taken up */
    long elapsedMilliseconds() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
    }

    Map<String, String> attributes() {
        return Map.of(
                CaseAttributes.PREDICTION_SECONDS, seconds(worked),
                CaseAttributes.PREDICTION_WAIT, seconds(waited),
                CaseAttributes.PREDICTION_WINDOWS, Long.toString(windows));
    }

    private static String seconds(final long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / NANOS);
    }
}
