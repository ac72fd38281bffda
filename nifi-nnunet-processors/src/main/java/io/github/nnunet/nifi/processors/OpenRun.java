/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.training.TrainingRun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A training in memory, with the lock of its folder.
 *
 * @param devices where its weights are
 */
record OpenRun(TrainingRun run, List<ComputeDevice> devices, RunFolderLock lock) implements AutoCloseable {

    @Override
    public void close() {
        try {
            run.close();
        } finally {
            release(lock);
        }
    }

    private static void release(final RunFolderLock lock) {
        try {
            lock.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("The lock of a run folder could not be released", e);
        }
    }
}
