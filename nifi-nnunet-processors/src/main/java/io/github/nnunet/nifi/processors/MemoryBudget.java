/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Memory that steps share. Each reserves what all its arrays may take together, as estimated from a header, before it
 * allocates anything, and waits while others have too much of it. First come, first served: a large case is not passed
 * over for ever by small ones.
 */
final class MemoryBudget {
    private static final long MEBIBYTE = 1L << 20;
    /** How long a waiting thread sleeps before it asks again whether its wait was cancelled. */
    private static final long CANCELLATION_CHECK_MILLISECONDS = 100;
    /** The heap is one for all processors of this Java machine, and so is what is left of it. */
    private static final MemoryBudget HEAP = new MemoryBudget(Runtime.getRuntime().maxMemory() / 10 * 9);

    private final long bytes;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private long reserved;

    /** @param bytes the most that all steps may take together */
    MemoryBudget(final long bytes) {
        this.bytes = bytes;
    }

    /** @return nine tenths of the largest heap of this Java machine, shared by all who ask */
    static MemoryBudget ofHeap() {
        return HEAP;
    }

    /** A place in the queue. */
    private static final class Ticket {
    }

    /** A share of the budget, until it is closed. */
    final class Reservation implements AutoCloseable {
        private final long amount;

        private Reservation(final long amount) {
            this.amount = amount;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                reserved -= amount;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * @param name   what people know the work by
     * @param needed bytes, as estimated from headers
     * @throws CaseException if that is more than there can be, however long one waits
     */
    void requirePossible(final String name, final double needed) throws CaseException {
        if (needed > bytes) {
            throw new CaseException(FaultCategory.MEMORY, "%s would need about %,.0f MiB of memory for this step and NiFi has %,d MiB. Give NiFi a larger heap (java.arg.3 in bootstrap.conf)."
                    .formatted(name, needed / MEBIBYTE, bytes / MEBIBYTE));
        }
    }

    /**
     * Waits for as much memory.
     *
     * @param name      what people know the case by
     * @param needed    bytes, as estimated from the header
     * @param cancelled asked again and again while waiting; true ends the wait
     * @return the reservation, to be closed once; empty if the wait was cancelled
     * @throws CaseException if that is more than there can be, however long one waits
     */
    Optional<Reservation> reserve(final String name, final double needed, final BooleanSupplier cancelled) throws CaseException, InterruptedException {
        requirePossible(name, needed);
        lock.lockInterruptibly();
        try {
            final Ticket ticket = new Ticket();
            waiting.addLast(ticket);
            try {
                return await(ticket, (long) needed, cancelled);
            } finally {
                waiting.remove(ticket);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<Reservation> await(final Ticket ticket, final long amount, final BooleanSupplier cancelled) throws InterruptedException {
        while (waiting.peekFirst() != ticket || amount > bytes - reserved) {
            if (cancelled.getAsBoolean()) {
                return Optional.empty();
            }

            changed.await(CANCELLATION_CHECK_MILLISECONDS, TimeUnit.MILLISECONDS);
        }

        reserved += amount;
        return Optional.of(new Reservation(amount));
    }

    /** @return how many wait */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
