/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several tasks of the same kind, each on a thread of its own as the concurrent tasks of a processor are, or one after the other. */
final class ConcurrentTask implements BenchTask {
    private final List<BenchTask> tasks;
    private final ExecutorService threads;

    /** @param isOneByOne whether they are to follow each other */
    ConcurrentTask(final List<BenchTask> tasks, final boolean isOneByOne) {
        this.tasks = List.copyOf(tasks);
        this.threads = Executors.newFixedThreadPool(isOneByOne ? 1 : tasks.size());
    }

    @Override
    public void run() throws CaseException, IOException, InterruptedException {
        final List<Callable<Boolean>> calls = new ArrayList<>();
        for (final BenchTask task : tasks) {
            calls.add(() -> {
                task.run();
                return true;
            });
        }

        for (final Future<Boolean> done : threads.invokeAll(calls)) {
            try {
                done.get();
            } catch (final ExecutionException failed) {
                throw new IOException("A task failed: %s".formatted(failed.getCause()), failed.getCause());
            }
        }
    }

    @Override
    public List<ResultArray> result() throws CaseException, IOException {
        return tasks.getFirst().result();
    }

    @Override
    public void close() {
        threads.shutdown();
        tasks.forEach(BenchTask::close);
    }
}
