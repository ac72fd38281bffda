/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Each device takes its share of the batch through its own copy of the network, in a thread of its own; the first one averages
 * losses and gradients, each weighing as many samples as went into it. As in PyTorch's DistributedDataParallel, what a loss or a
 * batch normalization computes over a batch it computes over a device's share.
 */
final class DataParallelGradients implements GradientComputation {

    private final List<TrainingReplica> replicas;
    private final ThreadAffinity affinity;
    private final List<ExecutorService> threads;

    /** @param replicas the first one holds the parameters that count; the others take them over before each batch */
    DataParallelGradients(final TorchEngine engine, final List<TrainingReplica> replicas) {
        this.replicas = List.copyOf(replicas);
        affinity = engine.affinity();
        threads = replicas.stream().map(replica -> Executors.newSingleThreadExecutor(task -> thread(task, replica.device()))).toList();
    }

    private static Thread thread(final Runnable task, final ComputeDevice device) {
        final Thread thread = new Thread(task, "Training on " + device.name());
        thread.setDaemon(true);
        // DJL looks for its classes through the thread's class loader.
        thread.setContextClassLoader(TorchEngine.class.getClassLoader());
        return thread;
    }

    /** What a device computed, in memory of its own. */
    private record Part(NDManager manager, NDList computed) {
    }

    @Override
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target, final double scale) {
        final BatchShares shares = BatchShares.of(batch.getShape().get(0), replicas.size());
        final List<Future<Part>> pending = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            final int device = i;
            pending.add(threads.get(i).submit(() -> part(device, shares, batch, target, scale)));
        }

        final List<Part> parts = new ArrayList<>();
        try {
            final RuntimeException failure = awaitAll(pending, parts);
            if (failure != null) {
                throw failure;
            }

            return combined(results, shares, parts);
        } finally {
            parts.forEach(part -> part.manager().close());
        }
    }

    private Part part(final int device, final BatchShares shares, final NDArray batch, final NDArray target, final double scale) {
        final TrainingReplica replica = replicas.get(device);
        affinity.bind(replica.device());
        if (device > 0) {
            replica.copyParameters(replicas.getFirst());
        }

        final NDManager own = replica.manager().newSubManager();
        boolean computed = false;
        try {
            final NDArray mine = shares.part(own, batch, device, replica.device());
            final NDArray wanted = shares.part(own, target, device, replica.device());
            final Part part = new Part(own, replica.gradients(own, mine, wanted, scale));
            computed = true;
            return part;
        } finally {
            if (!computed) {
                own.close();
            }
        }
    }

    /** Native code cannot be stopped, and the batch's memory must outlive it: waits for all, even if interrupted. */
    private static RuntimeException awaitAll(final List<Future<Part>> pending, final List<Part> parts) {
        RuntimeException failure = null;
        boolean interrupted = false;
        int next = 0;
        while (next < pending.size()) {
            try {
                parts.add(pending.get(next).get());
                next++;
            } catch (final InterruptedException later) {
                interrupted = true;
            } catch (final ExecutionException failed) {
                failure = failed.getCause() instanceof RuntimeException known ? known : new IllegalStateException("A device failed in training", failed.getCause());
                next++;
            }
        }

        if (interrupted) {
            Thread.currentThread().interrupt();
        }

        return failure;
    }

    private NDList combined(final NDManager results, final BatchShares shares, final List<Part> parts) {
        final NDList all = new NDList();
        parts.forEach(part -> all.addAll(part.computed()));
        try (NDManager work = results.newSubManager()) {
            return replicas.getFirst().script().call(results, "combine", ScriptArgument.of(all), ScriptArgument.of(shares.weights(work)));
        }
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdown);
    }
}
