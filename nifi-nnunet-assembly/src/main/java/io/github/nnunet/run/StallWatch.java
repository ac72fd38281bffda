/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.time.Duration;
import java.time.InstantSource;
import java.time.Instant;
import java.util.Optional;

/** Notices that a run makes no progress: after a while, and then again after twice as long. */
public final class StallWatch {
    private final InstantSource clock;
    private final Duration patience;
    private Progress last;
    private Instant changed;
    private Instant due;

    /** @param patience how long without progress is normal */
    public StallWatch(final InstantSource clock, final Duration patience) {
        this.clock = clock;
        this.patience = patience;
        this.changed = clock.instant();
        this.due = changed.plus(patience);
    }

    /** @return how long nothing has changed, if that is to be reported now */
    public Optional<Duration> observe(final Progress progress) {
        final Instant now = clock.instant();
        if (!progress.equals(last)) {
            last = progress;
            changed = now;
            due = now.plus(patience);
        }

        if (now.isBefore(due)) {
            return Optional.empty();
        }

        final Duration still = Duration.between(changed, now);
        due = now.plus(still);
        return Optional.of(still);
    }
}
