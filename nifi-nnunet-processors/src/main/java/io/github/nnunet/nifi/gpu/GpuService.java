/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import org.apache.nifi.controller.ControllerService;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Shares the devices that networks run on, and the models loaded there, among all processors. */
public interface GpuService extends ControllerService {

    /** As the longer form, for one device. */
    default Optional<DeviceLease> lease(final WorkKind kind, final BooleanSupplier cancelled) throws InterruptedException {
        return lease(kind, 1, cancelled);
    }

    /**
     * Waits for devices. Those who wait to predict go before those who wait to train. Several devices are given at once, never one by
     * one; a thread that holds a lease must not wait for another one, nor for memory: who has that may wait for the device.
     *
     * @param kind      what for
     * @param devices   how many
     * @param cancelled asked again and again while waiting; true ends the wait
     * @return the lease, to be closed by the caller; empty if the wait was cancelled
     * @throws IllegalArgumentException if there are not so many
     * @throws InterruptedException     if the thread is interrupted while waiting
     */
    Optional<DeviceLease> lease(WorkKind kind, int devices, BooleanSupplier cancelled) throws InterruptedException;

    /**
     * Gives the model of a file, loading it only if it is not loaded on the lease's device.
     *
     * @param lease the device
     * @param file  a model file, or a TorchScript file from elsewhere
     * @return the model, to be closed by the caller before the lease
     * @throws CaseException if the file is not a model
     * @throws IOException   if the file cannot be read
     */
    LoadedModel model(DeviceLease lease, Path file) throws CaseException, IOException;

    /** @return the devices that are lent */
    List<ComputeDevice> devices();

    /** @return libtorch, for work that holds a lease */
    TorchEngine engine();
}
