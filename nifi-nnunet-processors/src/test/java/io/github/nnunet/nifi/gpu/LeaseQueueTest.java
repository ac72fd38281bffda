/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(30)
class LeaseQueueTest {
    private static final ComputeDevice FIRST = new ComputeDevice("cuda:0");
    private static final ComputeDevice SECOND = new ComputeDevice("cuda:1");

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void givesAFreeDeviceAtOnce() throws InterruptedException {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);

        assertEquals(FIRST, take(queue).device());
    }

    @Test
    void spreadsLeasesOverDevices() throws InterruptedException {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 2);

        final List<ComputeDevice> devices = List.of(take(queue).device(), take(queue).device());

        assertTrue(devices.contains(FIRST) && devices.contains(SECOND), devices.toString());
    }

    @Test
    void aPredictionThatCameLaterGoesBeforeTraining() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        final DeviceLease held = take(queue);
        final Future<DeviceLease> training = request(queue, WorkKind.TRAINING, 1);
        final Future<DeviceLease> prediction = request(queue, WorkKind.PREDICTION, 2);

        held.close();
        final DeviceLease predicting = prediction.get();

        assertFalse(training.isDone());
        predicting.close();
        assertEquals(FIRST, training.get().device());
    }

    @Test
    void amongTrainingsTheFirstThatCameIsServedFirst() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        final DeviceLease held = take(queue);
        final Future<DeviceLease> first = request(queue, WorkKind.TRAINING, 1);
        final Future<DeviceLease> second = request(queue, WorkKind.TRAINING, 2);

        held.close();
        first.get();

        assertFalse(second.isDone());
    }

    @Test
    void aCancelledWaitEndsWithoutALease() throws InterruptedException {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        take(queue);

        assertEquals(Optional.empty(), queue.acquire(WorkKind.TRAINING, 1, () -> true));
        assertEquals(0, queue.waiting());
    }

    @Test
    void whoWaitsBehindACancelledOneIsServed() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        final DeviceLease held = take(queue);
        final CompletableFuture<Void> stop = new CompletableFuture<>();
        final Future<Optional<DeviceLease>> cancelled = threads.submit(() -> queue.acquire(WorkKind.PREDICTION, 1, stop::isDone));
        awaitWaiting(queue, 1);
        final Future<DeviceLease> next = request(queue, WorkKind.TRAINING, 2);

        stop.complete(null);
        assertEquals(Optional.empty(), cancelled.get());
        held.close();

        assertEquals(FIRST, next.get().device());
    }

    @Test
    void aLeaseClosedTwiceIsGivenBackOnce() throws InterruptedException {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        final DeviceLease lease = take(queue);
        lease.close();
        lease.close();

        take(queue);

        assertEquals(Optional.empty(), queue.acquire(WorkKind.PREDICTION, 1, new AfterOneLook()::isOver));
    }

    @Test
    void devicesGivenBackInTheMiddleOfWorkAreTakenAgainBeforeAPredictionThatWaits() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 1);
        final DeviceLease begun = queue.acquire(WorkKind.TRAINING, 2, () -> false).orElseThrow();
        begun.close();
        final DeviceLease prediction = queue.acquire(WorkKind.PREDICTION, 1, () -> false).orElseThrow();
        final Future<Boolean> again = threads.submit(() -> begun.takeAgain(() -> false));
        awaitWaiting(queue, 1);
        final Future<DeviceLease> next = request(queue, WorkKind.PREDICTION, 2);

        prediction.close();
        assertTrue(again.get());
        assertFalse(next.isDone());
        begun.close();

        assertEquals(1, next.get().devices().size());
    }

    @Test
    void theSameDeviceIsTakenAgainThoughAnotherIsFree() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 1);
        final DeviceLease begun = take(queue);
        begun.close();
        final DeviceLease other = take(queue);
        assertEquals(begun.device(), other.device());
        final Future<Boolean> again = threads.submit(() -> begun.takeAgain(() -> false));
        awaitWaiting(queue, 1);

        assertFalse(again.isDone());
        other.close();

        assertTrue(again.get());
    }

    @Test
    void aLeaseThatIsNotToBeHadAgainStaysGivenBack() throws InterruptedException {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        final DeviceLease begun = take(queue);
        begun.close();
        take(queue);

        assertFalse(begun.takeAgain(() -> true));
        begun.close();

        assertEquals(0, queue.waiting());
        assertEquals(Optional.empty(), queue.acquire(WorkKind.PREDICTION, 1, new AfterOneLook()::isOver));
    }

    @Test
    void aLeaseThatHoldsCannotBeTakenAgain() throws InterruptedException {
        final DeviceLease held = take(new LeaseQueue(List.of(FIRST), 1));

        assertThrows(IllegalStateException.class, () -> held.takeAgain(() -> false));
    }

    @Test
    void closingTheQueueEndsWaits() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 1);
        take(queue);
        final Future<Optional<DeviceLease>> waiting = threads.submit(() -> queue.acquire(WorkKind.TRAINING, 1, () -> false));
        awaitWaiting(queue, 1);

        queue.close();

        assertEquals(Optional.empty(), waiting.get());
    }

    @Test
    void severalDevicesAreGivenAtOnceOrNotAtAll() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 1);
        final DeviceLease held = take(queue);
        final Future<DeviceLease> both = requestBoth(queue, 1);
        assertFalse(both.isDone());
        final DeviceLease prediction = queue.acquire(WorkKind.PREDICTION, 1, () -> false).orElseThrow();

        held.close();
        assertFalse(both.isDone());
        prediction.close();

        assertEquals(Set.of(FIRST, SECOND), Set.copyOf(both.get().devices()));
    }

    @Test
    void trainingsOverSeveralDevicesTakeTurnsWithoutBlockingEachOther() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 1);
        final List<Integer> turns = Collections.synchronizedList(new ArrayList<>());
        final List<Future<?>> trainings = new ArrayList<>();
        for (int training = 0; training < 3; training++) {
            final int number = training;
            trainings.add(threads.submit(() -> {
                for (int epoch = 0; epoch < 50; epoch++) {
                    try (DeviceLease lease = queue.acquire(WorkKind.TRAINING, 2, () -> false).orElseThrow()) {
                        turns.add(lease.devices().size() == 2 ? number : -1);
                    }
                }

                return null;
            }));
        }

        for (final Future<?> training : trainings) {
            training.get();
        }

        assertEquals(150, turns.size());
        assertFalse(turns.contains(-1));
        assertEquals(2, queue.acquire(WorkKind.TRAINING, 2, () -> false).orElseThrow().devices().size());
    }

    @Test
    void whoWantsOneDeviceDoesNotPassWhoWaitsForTwo() throws Exception {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST, SECOND), 1);
        final DeviceLease held = take(queue);
        final Future<DeviceLease> both = requestBoth(queue, 1);
        final Future<DeviceLease> one = request(queue, WorkKind.TRAINING, 2);

        assertFalse(one.isDone());
        held.close();
        both.get().close();

        assertEquals(1, one.get().devices().size());
    }

    @Test
    void moreDevicesThanThereAreCannotBeWaitedFor() {
        final LeaseQueue queue = new LeaseQueue(List.of(FIRST), 4);

        assertThrows(IllegalArgumentException.class, () -> queue.acquire(WorkKind.TRAINING, 2, () -> false));
        assertThrows(IllegalArgumentException.class, () -> queue.acquire(WorkKind.TRAINING, 0, () -> false));
    }

    private static DeviceLease take(final LeaseQueue queue) throws InterruptedException {
        return queue.acquire(WorkKind.TRAINING, 1, () -> false).orElseThrow();
    }

    private Future<DeviceLease> request(final LeaseQueue queue, final WorkKind kind, final int waitingThen) {
        final Future<DeviceLease> lease = threads.submit(() -> queue.acquire(kind, 1, () -> false).orElseThrow());
        awaitWaiting(queue, waitingThen);
        return lease;
    }

    private Future<DeviceLease> requestBoth(final LeaseQueue queue, final int waitingThen) {
        final Future<DeviceLease> lease = threads.submit(() -> queue.acquire(WorkKind.TRAINING, 2, () -> false).orElseThrow());
        awaitWaiting(queue, waitingThen);
        return lease;
    }

    private static void awaitWaiting(final LeaseQueue queue, final int count) {
        while (queue.waiting() < count) {
            Thread.onSpinWait();
        }
    }

    /** Lets a wait look once whether a device is free. */
    private static final class AfterOneLook {
        private boolean looked;

        private boolean isOver() {
            final boolean over = looked;
            looked = true;
            return over;
        }
    }
}
