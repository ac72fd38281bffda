/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The right to compute on a device, or on several at once, until it is closed. Closing twice does no harm. */
public interface DeviceLease extends AutoCloseable {

    /** @return the first device, or the only one */
    default ComputeDevice device() {
        return devices().getFirst();
    }

    /** @return as many devices as were asked for */
    List<ComputeDevice> devices();

    /**
     * Does work that computes, and waits for it: in the calling thread, or where the service binds threads to processors, in one of the
     * first device's.
     */
    default <T> T perform(final DeviceWork<T> work) throws CaseException, IOException {
        return work.perform();
    }

    /**
     * Takes the same devices again once they were given back by {@link #close}, before all who have not begun. For work that must wait, in
     * its middle, for what those may hold who wait for a device.
     *
     * @param cancelled asked again and again while waiting; true ends the wait
     * @return whether the lease holds again; false if the wait was cancelled
     * @throws IllegalStateException if the devices were not given back
     * @throws InterruptedException  if the thread is interrupted while waiting
     */
    boolean takeAgain(BooleanSupplier cancelled) throws InterruptedException;

    @Override
    void close();
}
