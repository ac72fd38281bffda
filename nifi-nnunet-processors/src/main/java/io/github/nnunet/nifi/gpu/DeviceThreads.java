/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ThreadAffinity;
import io.github.nnunet.network.TorchEngine;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Threads that belong to devices and run on their processors only. NiFi's own threads serve one device now and another later,
 * and the threads that libtorch starts for each of them stay where they began: so they cannot be bound.
 */
final class DeviceThreads {
    private final ThreadAffinity affinity;
    private final Map<ComputeDevice, ExecutorService> threads;

    DeviceThreads(final List<ComputeDevice> devices, final ThreadAffinity affinity) {
        this.affinity = affinity;
        threads = devices.stream().collect(Collectors.toMap(Function.identity(), device -> Executors.newCachedThreadPool(task -> thread(task, device))));
    }

    private static Thread thread(final Runnable task, final ComputeDevice device) {
        final Thread thread = new Thread(task, "Networks on " + device.name());
        thread.setDaemon(true);
        thread.setContextClassLoader(TorchEngine.class.getClassLoader());
        return thread;
    }

    /**
     * Does work in a thread of the device and waits for it. An interrupt is handed on; the wait goes on until the work has ended,
     * because it uses what its caller owns.
     *
     * @throws IllegalStateException if the system does not let threads be bound
     */
    <T> T perform(final ComputeDevice device, final DeviceWork<T> work) throws CaseException, IOException {
        final Worker worker = new Worker();
        final Future<T> future = threads.get(device).submit(() -> {
            affinity.bind(device);
            worker.begin();
            try {
                return work.perform();
            } finally {
                worker.end();
            }
        });

        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (final InterruptedException e) {
                    interrupted = true;
                    worker.interrupt();
                } catch (final ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The thread that does a piece of work, as long as it does; an interrupt before or after must not hit another's work. */
    private static final class Worker {
        private Thread thread;
        private boolean interrupted;

        synchronized void begin() {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }

        synchronized void interrupt() {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }

        synchronized void end() {
            thread = null;
            Thread.interrupted();
        }
    }

    /** @return never: throws what the work threw */
    private static RuntimeException failure(final Throwable cause) throws CaseException, IOException {
        switch (cause) {
            case CaseException fault -> throw fault;
            case IOException unreadable -> throw unreadable;
            case Error error -> throw error;
            case RuntimeException failure -> throw failure;
            default -> throw new IllegalStateException("A device's thread failed", cause);
        }
    }

    void close() {
        threads.values().forEach(ExecutorService::shutdown);
    }
}
