/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class MemoryBudgetTest {
    private static final long MEBIBYTE = 1L << 20;

    private final MemoryBudget budget = new MemoryBudget(100 * MEBIBYTE);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private MemoryBudget.Reservation reserve(final int mebibytes) throws CaseException, InterruptedException {
        return budget.reserve("case", (double) mebibytes * MEBIBYTE, () -> false).orElseThrow();
    }

    private Future<MemoryBudget.Reservation> reserveLater(final int mebibytes) {
        final int before = budget.waiting();
        final Future<MemoryBudget.Reservation> later = threads.submit(() -> reserve(mebibytes));
        while (budget.waiting() == before) {
            Thread.onSpinWait();
        }

        return later;
    }

    @Test
    void whatCanNeverFitIsRefusedWithTheFigures() {
        final CaseException refused = assertThrows(CaseException.class, () -> reserve(101));
        assertEquals(FaultCategory.MEMORY, refused.category());
        assertTrue(refused.getMessage().contains("case would need about 101 MiB of memory for this step and NiFi has 100 MiB"), refused.getMessage());
    }

    @Test
    void tasksTogetherTakeNoMoreThanThereIs() throws CaseException, InterruptedException, ExecutionException {
        final MemoryBudget.Reservation first = reserve(60);
        final MemoryBudget.Reservation second = reserve(40);
        final Future<MemoryBudget.Reservation> third = reserveLater(50);
        second.close();
        assertFalse(third.isDone());
        first.close();
        third.get().close();
        reserve(100).close();
    }

    @Test
    void aLargeCaseIsNotPassedOverBySmallOnes() throws CaseException, InterruptedException, ExecutionException {
        final MemoryBudget.Reservation first = reserve(60);
        final Future<MemoryBudget.Reservation> large = reserveLater(90);
        final Future<MemoryBudget.Reservation> small = reserveLater(10);
        assertFalse(small.isDone());
        first.close();
        final MemoryBudget.Reservation held = large.get();
        small.get().close();
        held.close();
    }

    @Test
    void aWaitCanBeCancelled() throws CaseException, InterruptedException {
        final MemoryBudget.Reservation all = reserve(100);
        assertEquals(Optional.empty(), budget.reserve("case", MEBIBYTE, () -> true));
        assertEquals(0, budget.waiting());
        all.close();
    }
}
