/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.fault.CaseException;

import java.util.concurrent.CancellationException;

/** The heap that validations take from what a Java machine's tasks share: asked for when a validation begins, and given back when it ends. */
@FunctionalInterface
public interface ValidationMemory {
    /** For a training that shares the heap with nobody: never waits. */
    ValidationMemory UNSHARED = bytes -> () -> { };

    /** Memory that others do not take until it is closed. */
    @FunctionalInterface
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for memory, on the thread that runs the epoch.
     *
     * @param bytes of heap that the validation takes at most
     * @return the memory, to be closed once by the caller
     * @throws CaseException         if there can never be so much
     * @throws CancellationException if the wait is given up
     */
    Share reserve(double bytes) throws CaseException, InterruptedException;
}
