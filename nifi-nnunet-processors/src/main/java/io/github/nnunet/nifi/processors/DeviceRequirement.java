/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.PrecisionChoice;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.context.PropertyContext;

import java.util.List;
import java.util.Optional;

/**
 * What work wants of the devices of a GPU service.
 *
 * @param devices   how many it uses at once
 * @param precision that they compute in
 */
record DeviceRequirement(int devices, PrecisionChoice precision) {

    /** @param context of a processor with the properties of a training step */
    static DeviceRequirement ofTraining(final PropertyContext context) {
        return new DeviceRequirement(context.getProperty(ComputeProperties.DEVICES).asInteger(), precision(context));
    }

    /** A prediction is never divided. */
    static DeviceRequirement ofPrediction(final PropertyContext context) {
        return new DeviceRequirement(1, precision(context));
    }

    private static PrecisionChoice precision(final PropertyContext context) {
        return context.getProperty(ComputeProperties.PRECISION).asAllowableValue(PrecisionChoice.class);
    }

    /**
     * @param gpuService the property that names the service
     * @return why the service's devices will not do; nothing while the service is not enabled, because it finds its devices then
     */
    Optional<String> complaint(final ValidationContext context, final PropertyDescriptor gpuService) {
        final String service = context.getProperty(gpuService).getValue();
        if (service == null || !context.getControllerServiceLookup().isControllerServiceEnabled(service)) {
            return Optional.empty();
        }

        return complaint(context.getProperty(gpuService).asControllerService(GpuService.class).devices());
    }

    /** @throws CaseException if these devices will not do */
    void require(final List<ComputeDevice> present) throws CaseException {
        final Optional<String> complaint = complaint(present);
        if (complaint.isPresent()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, complaint.get());
        }
    }

    private Optional<String> complaint(final List<ComputeDevice> present) {
        if (devices > present.size()) {
            return Optional.of("The training wants %d devices and the GPU service has %d: lower Devices, or name more in Device of the service".formatted(devices, present.size()));
        }

        return precision.complaint(present);
    }
}
