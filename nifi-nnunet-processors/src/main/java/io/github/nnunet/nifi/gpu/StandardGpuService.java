/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The GPU service on libtorch in NiFi's own process. */
@Tags({"nnunet", "GPU", "CUDA", "CPU", "libtorch", "PyTorch", "deep learning", "model", "segmentation"})
@CapabilityDescription("Shares GPUs, or the CPU where there is none, and the models loaded there among processors that train and predict. "
        + "A case that waits for prediction goes before the next epoch of a training.")
public class StandardGpuService extends AbstractControllerService implements GpuService {
    static final PropertyDescriptor DEVICE = new PropertyDescriptor.Builder()
            .name("Device")
            .description("auto: all GPUs, or the CPU where there is none. cpu: the CPU. cuda:0: the first GPU; several are separated by commas. "
                    + "If a GPU is named and is not there, the service is not enabled and says why.")
            .required(true)
            .defaultValue("auto")
            .addValidator(DeviceValidator.INSTANCE)
            .build();
    static final PropertyDescriptor LEASES_PER_DEVICE = new PropertyDescriptor.Builder()
            .name("Leases Per Device")
            .description("How many tasks may use a device at once. More than one needs as much more memory.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.createLongValidator(1, 64, true))
            .build();
    static final PropertyDescriptor PRECISION = new PropertyDescriptor.Builder()
            .name("Precision")
            .description("Numbers that networks compute with.")
            .required(true)
            .allowableValues(Precision.class)
            .defaultValue(Precision.FP32)
            .build();
    static final PropertyDescriptor THREADS = new PropertyDescriptor.Builder()
            .name("Threads")
            .description("CPU threads that one operator of a network may use. Left empty, libtorch's choice, a thread a core. "
                    + "The first service that is enabled decides for the whole NiFi, until it is restarted.")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor MODEL_CACHE_SIZE = new PropertyDescriptor.Builder()
            .name("Model Cache Size")
            .description("How many models stay loaded while nobody uses them. The one that was not used for longest goes first.")
            .required(true)
            .defaultValue("2")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor LIBRARY_CACHE_FOLDER = new PropertyDescriptor.Builder()
            .name("Library Cache Folder")
            .description("Where libtorch is unpacked, some 500 MB. Left empty, .djl.ai in the home folder of NiFi's user.")
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(DEVICE, LEASES_PER_DEVICE, PRECISION, THREADS, MODEL_CACHE_SIZE, LIBRARY_CACHE_FOLDER);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Optional<DeviceLease> lease(final WorkKind kind, final BooleanSupplier cancelled) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public LoadedModel model(final DeviceLease lease, final Path file) throws CaseException, IOException {
        throw new UnsupportedOperationException();
    }
}
