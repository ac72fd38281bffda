/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class SliceTeamTest {
    private static final int SLICES = 1000;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void eachSliceIsDoneOnceByAMemberOfTheTeam() {
        final AtomicIntegerArray times = new AtomicIntegerArray(SLICES);
        new SliceTeam(executor, 3).forEach(SLICES, (member, slice) -> {
            assertTrue(member >= 0 && member < 3);
            times.incrementAndGet(slice);
        });
        for (int slice = 0; slice < SLICES; slice++) {
            assertEquals(1, times.get(slice));
        }
    }

    @Test
    void membersWorkAtTheSameTime() {
        final CountDownLatch together = new CountDownLatch(2);
        new SliceTeam(executor, 2).forEach(2, (member, slice) -> {
            together.countDown();
            try {
                together.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(0, together.getCount());
    }

    @Test
    void teamOfOneWorksInOrderOnTheThreadThatAsks() {
        final Thread caller = Thread.currentThread();
        final int[] last = {-1};
        SliceTeam.SINGLE.forEach(SLICES, (member, slice) -> {
            assertSame(caller, Thread.currentThread());
            assertEquals(++last[0], slice);
        });
        assertEquals(SLICES - 1, last[0]);
    }

    @Test
    void failureOfAnyMemberReachesTheThreadThatAsks() {
        for (int failing = 0; failing < 2; failing++) {
            final int member = failing;
            final CountDownLatch both = new CountDownLatch(2);
            final IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> new SliceTeam(executor, 2).forEach(2, (number, slice) -> {
                both.countDown();
                try {
                    both.await();
                } catch (final InterruptedException e) {
                    throw new AssertionError(e);
                }
                if (number == member) {
                    throw new IllegalStateException("of member " + member);
                }
            }));
            assertEquals("of member " + member, thrown.getMessage());
        }
    }

    @Test
    void nothingIsDoneForNoSlices() {
        new SliceTeam(executor, 4).forEach(0, (member, slice) -> {
            throw new IllegalStateException();
        });
    }

    @Test
    void teamOfNobodyIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SliceTeam(executor, 0));
    }
}
