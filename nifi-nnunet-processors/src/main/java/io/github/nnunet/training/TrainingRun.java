/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The training of one model, an epoch at a time. After each epoch everything that the next one needs is in the run
 * folder: closing a run, or losing its process, and opening the job again goes on with the same numbers. One thread at a time.
 */
public final class TrainingRun implements AutoCloseable {
    private TrainingRun() {
    }

    /**
     * Begins a training, or takes it up after its last complete epoch.
     *
     * @throws CaseException if the dataset, or the checkpoint in the run folder, cannot be used for this job
     * @throws IOException   if files cannot be read or written
     */
    public static TrainingRun open(final TrainingJob job, final TorchEngine engine, final ComputeDevice device) throws IOException, CaseException {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Trains for one epoch, validates, and writes checkpoints and the log.
     *
     * @param cancelled asked between steps; when it says true the epoch is given up and the run folder stays as it was
     *                  after the epoch before. This object then goes on from there when called again.
     * @return the report, or empty if cancelled
     * @throws CaseException         if the loss is no longer a number, or a case cannot be read
     * @throws IllegalStateException if the training is finished
     */
    public Optional<EpochReport> runEpoch(final BooleanSupplier cancelled, final StepListener listener) throws IOException, CaseException {
        throw new UnsupportedOperationException("soon");
    }

    /** @return whether there is nothing left to train */
    public boolean isFinished() {
        throw new UnsupportedOperationException("soon");
    }

    /** @return how many epochs are done */
    public int epoch() {
        throw new UnsupportedOperationException("soon");
    }

    /** @return the report of the last epoch done, by whichever process */
    public Optional<EpochReport> lastReport() {
        throw new UnsupportedOperationException("soon");
    }

    /** @return the model file with the best mean validation Dice, best.pt; it is there once an epoch was validated */
    public Path bestModel() {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("soon");
    }
}
