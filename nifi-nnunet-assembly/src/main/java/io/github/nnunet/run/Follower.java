/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows a run of train-and-evaluate.json until its scores are there or nothing is left to do. */
public final class Follower {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration STALL = Duration.ofMinutes(5);
    // Between two triggers a flow looks idle for a moment.
    private static final int IDLE_LOOKS = 15;

    private final NifiInstance nifi;
    private final ProcessGroup group;
    private final ResultsFolder results;
    private final ProgressDisplay display;
    private final StallWatch stall = new StallWatch(InstantSource.system(), STALL);
    private final Set<FailureReport> reported = new HashSet<>();
    private long lastBulletin;
    private int idleLooks;

    public Follower(final NifiInstance nifi, final ProcessGroup group, final ResultsFolder results, final ProgressDisplay display) {
        this.nifi = nifi;
        this.group = group;
        this.results = results;
        this.display = display;
    }

    /**
     * @return how far the run has come when it is over
     * @throws RunException if NiFi ended, or the flow has nothing left to do and there are no scores
     */
    public Progress follow() throws RunException, InterruptedException {
        final NifiClient client = nifi.client();
        while (true) {
            final Progress progress = look(client);
            display.show(progress);
            final FlowStatus status = ask(group::status);
            tell(progress, status);
            idleLooks = status.isIdle() ? idleLooks + 1 : 0;
            if (progress.scored() && status.isIdle()) {
                return progress;
            }

            if (idleLooks >= IDLE_LOOKS) {
                throw new RunException("The flow has nothing left to do, but there are no scores");
            }

            Polling.pause(INTERVAL);
        }
    }

    private Progress look(final NifiClient client) throws RunException {
        final Map<String, Long> counters = ask(client::counters);
        try {
            final Progress progress = results.progress(counters);
            if (progress.failures() > reported.size()) {
                reportFailures();
            }

            return progress;
        } catch (final IOException e) {
            throw new RunException("The results folder %s cannot be read: %s".formatted(results.path(), e.getMessage()), e);
        }
    }

    private void reportFailures() throws IOException {
        for (final FailureReport failure : results.failures()) {
            if (reported.add(failure)) {
                display.message("FAILED: %s: %s".formatted(failure.name(), failure.error()));
            }
        }
    }

    private <T> T ask(final Question<T> question) throws RunException {
        try {
            return question.ask();
        } catch (final RunException e) {
            if (nifi.isAlive()) {
                throw e;
            }

            throw new RunException("NiFi has ended. The end of its log:%n%s".formatted(nifi.lastLines()), e);
        }
    }

    private void tell(final Progress progress, final FlowStatus status) throws RunException {
        for (final Bulletin bulletin : group.bulletins(lastBulletin)) {
            lastBulletin = bulletin.number();
            display.message(bulletin.text());
        }

        final Optional<Duration> still = stall.observe(progress);
        if (still.isPresent()) {
            final String busy = status.busy().isEmpty() ? "no processor is at work, %d flowfiles wait".formatted(status.queued()) : "at work: " + String.join(", ", status.busy());
            display.message("No progress for %d min; %s. NiFi's log: %s".formatted(still.get().toMinutes(), busy, nifi.log()));
        }
    }

    /** Something to ask NiFi. */
    private interface Question<T> {
        T ask() throws RunException;
    }
}
