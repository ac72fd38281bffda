/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StallWatchTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final StallWatch watch = new StallWatch(now::get, Duration.ofMinutes(5));

    @Test
    void saysNothingWhileThereIsProgress() {
        for (int prepared = 0; prepared < 10; prepared++) {
            after(Duration.ofMinutes(4));

            assertEquals(Optional.empty(), watch.observe(progress(prepared)));
        }
    }

    @Test
    void reportsAStandstillAndThenLessOften() {
        watch.observe(progress(3));

        after(Duration.ofMinutes(5));
        assertEquals(Optional.of(Duration.ofMinutes(5)), watch.observe(progress(3)));
        after(Duration.ofMinutes(4));
        assertEquals(Optional.empty(), watch.observe(progress(3)));
        after(Duration.ofMinutes(1));
        assertEquals(Optional.of(Duration.ofMinutes(10)), watch.observe(progress(3)));
        after(Duration.ofMinutes(9));
        assertEquals(Optional.empty(), watch.observe(progress(3)));
    }

    @Test
    void forgetsAStandstillThatIsOver() {
        watch.observe(progress(3));
        after(Duration.ofMinutes(6));
        watch.observe(progress(3));
        watch.observe(progress(4));
        after(Duration.ofMinutes(4));

        assertEquals(Optional.empty(), watch.observe(progress(4)));
    }

    private void after(final Duration time) {
        now.set(now.get().plus(time));
    }

    private static Progress progress(final int prepared) {
        return new Progress(prepared, Optional.empty(), 0, 0, false, 0, false, 0);
    }
}
