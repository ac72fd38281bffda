/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifi.gpu.WorkKind;
import org.apache.nifi.processor.AbstractSessionFactoryProcessor;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Stops a processor as soon as that has a device. */
final class StoppingGpuService extends StandardGpuService {
    private final AbstractSessionFactoryProcessor processor;

    StoppingGpuService(final AbstractSessionFactoryProcessor processor) {
        this.processor = processor;
    }

    @Override
    public Optional<DeviceLease> lease(final WorkKind kind, final int devices, final BooleanSupplier cancelled) throws InterruptedException {
        final Optional<DeviceLease> lease = super.lease(kind, devices, cancelled);
        processor.updateScheduledFalse();
        return lease;
    }
}
