/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.volume.SliceTeam;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.ProcessContext;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads that a processor has for the slices of a case, from when it is scheduled until it is stopped. */
final class CaseThreads {
    static final PropertyDescriptor THREADS_PER_CASE = new PropertyDescriptor.Builder()
            .name("Threads Per Case")
            .description("Threads that share the slices of one case while it is resampled, or put back into its scan's grid. Where cases come in numbers, more concurrent tasks use the processors better; this makes a single case ready sooner.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();

    private volatile ExecutorService executor;
    private volatile SliceTeam team = SliceTeam.SINGLE;

    void start(final ProcessContext context) {
        final int threads = context.getProperty(THREADS_PER_CASE).asInteger();
        if (threads > 1) {
            executor = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(context.getName() + " slices ", 1).factory());
            team = new SliceTeam(executor, threads);
        }
    }

    void stop() {
        team = SliceTeam.SINGLE;
        if (executor != null) {
            executor.shutdown();
            executor = null;
        }
    }

    SliceTeam team() {
        return team;
    }
}
