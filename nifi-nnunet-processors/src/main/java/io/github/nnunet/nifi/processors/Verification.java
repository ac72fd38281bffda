/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.logging.ComponentLog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Tries a processor's settings, step by step, for the person who asks NiFi to verify them. */
final class Verification {
    private final ComponentLog logger;
    private final List<ConfigVerificationResult> results = new ArrayList<>();

    Verification(final ComponentLog logger) {
        this.logger = logger;
    }

    /** Something to try. */
    @FunctionalInterface
    interface Step {
        /** @return what was found, in a sentence */
        String attempt() throws CaseException, IOException, InterruptedException;
    }

    /** @return whether it went well */
    boolean step(final String name, final Step step) {
        try {
            add(name, Outcome.SUCCESSFUL, step.attempt());
            return true;
        } catch (final CaseException | IllegalArgumentException e) {
            add(name, Outcome.FAILED, e.getMessage());
        } catch (final IOException e) {
            add(name, Outcome.FAILED, "A file cannot be read or written: %s".formatted(e));
        } catch (final CancellationException e) {
            add(name, Outcome.SKIPPED, e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            add(name, Outcome.SKIPPED, "The verification was cancelled.");
        } catch (final OutOfMemoryError e) {
            add(name, Outcome.FAILED, "More memory is needed than is free. Give NiFi a larger heap.");
        } catch (final RuntimeException e) {
            logger.warn("Verification failed at {}", name, e);
            add(name, Outcome.FAILED, e.toString());
        }

        return false;
    }

    /** @param reason why the step was left out, and what it needs */
    void skipped(final String name, final String reason) {
        add(name, Outcome.SKIPPED, reason);
    }

    private void add(final String name, final Outcome outcome, final String explanation) {
        results.add(new ConfigVerificationResult.Builder().verificationStepName(name).outcome(outcome).explanation(explanation).build());
    }

    List<ConfigVerificationResult> results() {
        return List.copyOf(results);
    }
}
