/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * Prepares the batches of an epoch ahead of their use, on other threads. Batches come in order. To be used by one thread.
 */
final class BatchLoader implements AutoCloseable {

    private record Pending(TrainingBatch batch, Future<?> filled) {
    }

    private final ExecutorService threads;
    private final PatchSource source;
    private final EpochOrder order;
    private final int epoch;
    private final int steps;
    private final Deque<TrainingBatch> free;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private volatile boolean isClosed;
    private int nextStep;

    /**
     * @param threads that prepare batches
     * @param memory  batches to fill, as many as may be ready ahead of their use; this loader's until it is closed
     */
    BatchLoader(final ExecutorService threads, final PatchSource source, final int epoch, final Collection<TrainingBatch> memory) {
        this.threads = threads;
        this.source = source;
        this.order = source.order(epoch);
        this.epoch = epoch;
        this.steps = source.stepsPerEpoch();
        this.free = new ArrayDeque<>(memory);
        prepare();
    }

    private void prepare() {
        while (nextStep < steps && !free.isEmpty()) {
            final TrainingBatch batch = free.remove();
            final int step = nextStep++;
            pending.add(new Pending(batch, threads.submit(() -> fill(batch, step))));
        }
    }

    private void fill(final TrainingBatch batch, final int step) {
        if (!isClosed) {
            source.fill(batch, order, epoch, step);
        }
    }

    /**
     * Waits for the next batch, and prepares another one in its memory after it was used.
     *
     * @param use what to do with the batch
     * @return what the use returned
     * @throws InterruptedException  if the thread is interrupted while it waits
     * @throws IllegalStateException if a patch could not be prepared, or the epoch has no more batches
     */
    double useNext(final ToDoubleFunction<TrainingBatch> use) throws InterruptedException {
        if (pending.isEmpty()) {
            throw new IllegalStateException("The epoch has only %d batches".formatted(steps));
        }

        final Pending next = pending.element();
        try {
            next.filled().get();
        } catch (final ExecutionException failed) {
            throw new IllegalStateException("A training patch could not be prepared: %s".formatted(failed.getCause()), failed.getCause());
        }

        final double result = use.applyAsDouble(next.batch());
        pending.remove();
        free.add(next.batch());
        prepare();
        return result;
    }

    /** Gives up what is being prepared, and waits until no thread writes to the memory. */
    @Override
    public void close() {
        isClosed = true;
        boolean isInterrupted = false;
        while (!pending.isEmpty()) {
            try {
                pending.element().filled().get();
                pending.remove();
            } catch (final ExecutionException alreadyUnwanted) {
                pending.remove();
            } catch (final InterruptedException interrupted) {
                isInterrupted = true;
            }
        }

        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
