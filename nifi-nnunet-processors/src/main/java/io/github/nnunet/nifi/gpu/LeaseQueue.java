/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Hands out devices, so many leases each, to those who wait: who has begun and wants its devices again before all others,
 * predictions before training, else first come, first served. The devices with most free leases are given. Who wants several gets
 * them all at once, so that nobody holds some while waiting for the rest; and who came later and wants fewer does not pass, so that
 * the wait ends.
 */
final class LeaseQueue {
    /** How long a waiting thread sleeps before it asks again whether its wait was cancelled. */
    private static final long CANCELLATION_CHECK_MILLISECONDS = 100;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Ticket> waiting = new PriorityQueue<>(
            Comparator.comparing(Ticket::begun, Comparator.reverseOrder()).thenComparing(Ticket::kind).thenComparing(Ticket::number));
    private final List<ComputeDevice> devices;
    private final Map<ComputeDevice, Integer> free = new LinkedHashMap<>();
    private long tickets;
    private boolean closed;

    LeaseQueue(final List<ComputeDevice> devices, final int leasesPerDevice) {
        this.devices = List.copyOf(devices);
        devices.forEach(device -> free.put(device, leasesPerDevice));
    }

    List<ComputeDevice> devices() {
        return devices;
    }

    private record Ticket(boolean begun, WorkKind kind, long number) {
    }

    /**
     * @param count how many devices
     * @return the lease; empty if {@code cancelled} said so, or the queue was closed
     * @throws IllegalArgumentException if there are not so many devices
     */
    Optional<DeviceLease> acquire(final WorkKind kind, final int count, final BooleanSupplier cancelled) throws InterruptedException {
        if (count < 1 || count > devices.size()) {
            throw new IllegalArgumentException("%d devices cannot be leased where there are %d".formatted(count, devices.size()));
        }

        return take(false, kind, () -> freest(count), cancelled).map(given -> new QueuedLease(kind, given));
    }

    /**
     * @param choice the devices to be taken; empty if they are not free yet
     * @return the devices; empty if cancelled, or the queue was closed
     */
    private Optional<List<ComputeDevice>> take(final boolean begun, final WorkKind kind, final Supplier<Optional<List<ComputeDevice>>> choice, final BooleanSupplier cancelled)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            final Ticket ticket = new Ticket(begun, kind, tickets);
            tickets++;
            waiting.add(ticket);
            try {
                return await(ticket, choice, cancelled);
            } finally {
                waiting.remove(ticket);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<List<ComputeDevice>> await(final Ticket ticket, final Supplier<Optional<List<ComputeDevice>>> choice, final BooleanSupplier cancelled) throws InterruptedException {
        while (!closed && !cancelled.getAsBoolean()) {
            final Optional<List<ComputeDevice>> chosen = choice.get();
            if (chosen.isPresent() && ticket.equals(waiting.peek())) {
                chosen.get().forEach(device -> free.merge(device, -1, Integer::sum));
                return chosen;
            }

            changed.await(CANCELLATION_CHECK_MILLISECONDS, TimeUnit.MILLISECONDS);
        }

        return Optional.empty();
    }

    /** @return so many devices; empty if fewer are free */
    private Optional<List<ComputeDevice>> freest(final int count) {
        final List<ComputeDevice> freest = free.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<ComputeDevice, Integer>comparingByValue().reversed())
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
        return freest.size() == count ? Optional.of(freest) : Optional.empty();
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

    /** Ends all waits. Leases that are out stay valid for the work at hand. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release(final List<ComputeDevice> given) {
        lock.lock();
        try {
            given.forEach(device -> free.merge(device, 1, Integer::sum));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class QueuedLease implements DeviceLease {
        private final WorkKind kind;
        private final List<ComputeDevice> given;
        private boolean released;

        private QueuedLease(final WorkKind kind, final List<ComputeDevice> given) {
            this.kind = kind;
            this.given = given;
        }

        @Override
        public List<ComputeDevice> devices() {
            return given;
        }

        @Override
        public boolean takeAgain(final BooleanSupplier cancelled) throws InterruptedException {
            requireReleased();
            final boolean isTaken = take(true, kind, () -> given.stream().allMatch(device -> free.get(device) > 0) ? Optional.of(given) : Optional.empty(), cancelled).isPresent();
            if (isTaken) {
                hold();
            }

            return isTaken;
        }

        private synchronized void requireReleased() {
            if (!released) {
                throw new IllegalStateException("The devices %s were not given back".formatted(given));
            }
        }

        private synchronized void hold() {
            released = false;
        }

        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                release(given);
            }
        }
    }
}
