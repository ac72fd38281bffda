/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that sends no signal. */
public final class Polling {

    private Polling() {
    }

    /** @return whether the condition came true in time */
    public static boolean until(final BooleanSupplier condition, final Duration time, final Duration interval) throws InterruptedException {
        final long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }

            pause(interval);
        }

        return true;
    }

    /** Waits; an interrupted thread gets its exception at once. */
    public static void pause(final Duration time) throws InterruptedException {
        final long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
