/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.training.ValidationMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

@Timeout(60)
class SharedValidationMemoryTest {
    private final MemoryBudget budget = new MemoryBudget(100);
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private boolean canBeTakenAgain = true;

    private final class NotedLease implements DeviceLease {
        @Override
        public List<ComputeDevice> devices() {
            return List.of(ComputeDevice.CPU);
        }

        @Override
        public boolean takeAgain(final BooleanSupplier cancelled) {
            events.add("taken again");
            return canBeTakenAgain;
        }

        @Override
        public void close() {
            events.add("given back");
        }
    }

    private ValidationMemory memory() {
        return new SharedValidationMemory(budget, "case", new NotedLease(), stopped::get);
    }

    private MemoryBudget.Reservation take(final int bytes) throws CaseException, InterruptedException {
        return budget.reserve("other", bytes, () -> true).orElseThrow();
    }

    /** Does something as soon as the validation waits for memory. */
    private void onceItWaits(final Runnable action) {
        threads.submit(() -> {
            while (budget.waiting() == 0) {
                Thread.onSpinWait();
            }

            action.run();
        });
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void whereThereIsMemoryTheDeviceIsKept() throws CaseException, InterruptedException {
        final ValidationMemory.Share share = memory().reserve(60);

        assertEquals(List.of(), events);
        assertEquals(Optional.empty(), budget.reserve("other", 41, () -> true));
        share.close();
        take(100).close();
    }

    @Test
    void whileItWaitsForMemoryTheDeviceIsGivenBack() throws CaseException, InterruptedException {
        final MemoryBudget.Reservation other = take(60);
        onceItWaits(() -> {
            events.add("waits");
            other.close();
        });

        final ValidationMemory.Share share = memory().reserve(60);

        assertEquals(List.of("given back", "waits", "taken again"), events);
        assertEquals(Optional.empty(), budget.reserve("other", 41, () -> true));
        share.close();
        take(100).close();
    }

    @Test
    void aStopEndsTheWaitForMemory() throws CaseException, InterruptedException {
        final MemoryBudget.Reservation other = take(60);
        onceItWaits(() -> stopped.set(true));

        assertThrows(CancellationException.class, () -> memory().reserve(60));

        assertEquals(List.of("given back"), events);
        other.close();
        take(100).close();
    }

    @Test
    void memoryIsGivenBackIfTheDeviceIsNotToBeHadAgain() throws CaseException, InterruptedException {
        canBeTakenAgain = false;
        onceItWaits(take(60)::close);

        assertThrows(CancellationException.class, () -> memory().reserve(60));

        take(100).close();
    }

    @Test
    void whatCanNeverFitIsRefusedWithTheDeviceKept() {
        assertThrows(CaseException.class, () -> memory().reserve(101));
        assertEquals(List.of(), events);
    }
}
