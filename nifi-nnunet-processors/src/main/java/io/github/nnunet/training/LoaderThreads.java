/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that prepare patches: daemons with a name, under the class loader of the thread that asks for them. */
final class LoaderThreads {
    private LoaderThreads() {
    }

    static ExecutorService start(final int count, final String name) {
        final ClassLoader loader = Thread.currentThread().getContextClassLoader();
        final AtomicInteger number = new AtomicInteger();
        final ThreadFactory factory = task -> {
            final Thread thread = new Thread(task, "%s patches %d".formatted(name, number.incrementAndGet()));
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            return thread;
        };
        return Executors.newFixedThreadPool(count, factory);
    }
}
