/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.training.StepListener;
import org.apache.nifi.processor.ProcessSession;

/** Shows in NiFi's counters, while an epoch runs, that it runs: they do not wait for the session's end. */
final class TrainingCounters implements StepListener {
    private final ProcessSession session;

    TrainingCounters(final ProcessSession session) {
        this.session = session;
    }

    @Override
    public void trained(final int step, final int steps, final double loss) {
        session.adjustCounter("Training Steps", 1, true);
    }

    @Override
    public void validated(final int cases, final int allCases) {
        session.adjustCounter("Validated Cases", 1, true);
    }
}
