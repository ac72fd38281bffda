/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.training.ValidationMemory;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Takes what a training's validations need from the budget of all tasks. Predictions reserve memory first and wait for a device then;
 * a training that waited for memory with the device in its hands would wait for them, and they for it. So it gives the device back
 * while it waits.
 *
 * @param name      what people know the validation's largest case by
 * @param lease     of the training; closed if the wait was given up
 * @param cancelled asked again and again while waiting; true ends the wait
 */
record SharedValidationMemory(MemoryBudget budget, String name, DeviceLease lease, BooleanSupplier cancelled) implements ValidationMemory {

    @Override
    public Share reserve(final double bytes) throws CaseException, InterruptedException {
        final Optional<MemoryBudget.Reservation> atOnce = budget.reserve(name, bytes, () -> true);
        return atOnce.isPresent() ? atOnce.get()::close : reserveWithoutDevice(bytes);
    }

    private Share reserveWithoutDevice(final double bytes) throws CaseException, InterruptedException {
        lease.close();
        final MemoryBudget.Reservation reservation = budget.reserve(name, bytes, cancelled).orElseThrow(() -> new CancellationException("The wait for memory was given up"));
        boolean isLeased = false;
        try {
            isLeased = lease.takeAgain(cancelled);
        } finally {
            if (!isLeased) {
                reservation.close();
            }
        }

        if (!isLeased) {
            throw new CancellationException("The wait for the device was given up");
        }

        return reservation::close;
    }
}
