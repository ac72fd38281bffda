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

/**
 * A lease whose work is done in threads of the device.
 *
 * @param lease   what is leased
 * @param threads of all devices
 */
record BoundLease(DeviceLease lease, DeviceThreads threads) implements DeviceLease {

    @Override
    public List<ComputeDevice> devices() {
        return lease.devices();
    }

    @Override
    public <T> T perform(final DeviceWork<T> work) throws CaseException, IOException {
        return threads.perform(device(), work);
    }

    @Override
    public boolean takeAgain(final BooleanSupplier cancelled) throws InterruptedException {
        return lease.takeAgain(cancelled);
    }

    @Override
    public void close() {
        lease.close();
    }
}
