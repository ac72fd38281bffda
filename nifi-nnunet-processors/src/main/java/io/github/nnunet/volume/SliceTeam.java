/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that share the slices, or the rows, of one volume: the one that asks, and some of an executor. Each has a number, so that
 * it can have scratch memory of its own. Which of them takes which slice is left to chance, so slices must not depend on each other.
 */
public final class SliceTeam {
    /** The thread that asks, alone. */
    public static final SliceTeam SINGLE = new SliceTeam(Runnable::run, 1);

    /** The work on one slice. */
    @FunctionalInterface
    public interface Work {
        /**
         * @param member the thread's number, from 0
         * @param index  of the slice
         */
        void at(int member, int index);
    }

    private final Executor executor;
    private final int size;

    /**
     * @param executor runs the members other than the one that asks; it may be busy, for that one goes ahead without them
     * @param size     members, at least 1
     */
    public SliceTeam(final Executor executor, final int size) {
        if (size < 1) {
            throw new IllegalArgumentException("A team has at least one member, not %d".formatted(size));
        }

        this.executor = executor;
        this.size = size;
    }

    public int size() {
        return size;
    }

    /**
     * Returns when all is done.
     *
     * @param count slices, numbered from 0
     * @throws RuntimeException the failure of a member, as it was thrown
     */
    public void forEach(final int count, final Work work) {
        final AtomicInteger next = new AtomicInteger();
        final int members = Math.min(size, count);
        final CompletableFuture<?>[] others = new CompletableFuture<?>[Math.max(0, members - 1)];
        for (int i = 0; i < others.length; i++) {
            final int member = i + 1;
            others[i] = CompletableFuture.runAsync(() -> takeAll(member, next, count, work), executor);
        }

        try {
            takeAll(0, next, count, work);
        } finally {
            next.set(count);
            join(CompletableFuture.allOf(others));
        }
    }

    private static void takeAll(final int member, final AtomicInteger next, final int count, final Work work) {
        for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
            work.at(member, index);
        }
    }

    private static void join(final CompletableFuture<Void> others) {
        try {
            others.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }
}
