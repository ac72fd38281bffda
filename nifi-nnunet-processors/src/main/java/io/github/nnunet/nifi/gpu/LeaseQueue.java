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

/**
 * Hands out devices, so many leases each, to those who wait: predictions before training, else first come, first
 * served. The devices with most free leases are given. Who wants several gets them all at once, so that nobody holds some while
 * waiting for the rest; and who came later and wants fewer does not pass, so that the wait ends.
 */
final class LeaseQueue {
    /** How long a waiting thread sleeps before it asks again whether its wait was cancelled. */
    private static final long CANCELLATION_CHECK_MILLISECONDS = 100;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Ticket> waiting = new PriorityQueue<>(Comparator.comparing(Ticket::kind).thenComparing(Ticket::number));
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

    private record Ticket(WorkKind kind, long number) {
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

        lock.lockInterruptibly();
        try {
            final Ticket ticket = new Ticket(kind, tickets);
            tickets++;
            waiting.add(ticket);
            try {
                return await(ticket, count, cancelled);
            } finally {
                waiting.remove(ticket);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<DeviceLease> await(final Ticket ticket, final int count, final BooleanSupplier cancelled) throws InterruptedException {
        while (!closed && !cancelled.getAsBoolean()) {
            final List<ComputeDevice> freest = freest(count);
            if (freest.size() == count && ticket.equals(waiting.peek())) {
                freest.forEach(device -> free.merge(device, -1, Integer::sum));
                return Optional.of(new QueuedLease(freest));
            }

            changed.await(CANCELLATION_CHECK_MILLISECONDS, TimeUnit.MILLISECONDS);
        }

        return Optional.empty();
    }

    /** @return so many devices, or fewer if no more are free */
    private List<ComputeDevice> freest(final int count) {
        return free.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<ComputeDevice, Integer>comparingByValue().reversed())
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
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
        private final List<ComputeDevice> given;
        private boolean released;

        private QueuedLease(final List<ComputeDevice> given) {
            this.given = given;
        }

        @Override
        public List<ComputeDevice> devices() {
            return given;
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
