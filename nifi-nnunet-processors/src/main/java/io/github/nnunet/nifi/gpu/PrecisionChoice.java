/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.Precision;
import org.apache.nifi.components.DescribedValue;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Numbers that networks compute with. */
public enum PrecisionChoice implements DescribedValue {
    FP32("fp32", "32-bit floating point", "Single precision throughout.", Precision.FP32),
    BF16("bf16", "bfloat16", "Convolutions in 16 bits with the range of single precision. For GPUs from Ampere on; most CPUs compute it many times slower.", Precision.BF16),
    FP16("fp16", "16-bit floating point", "Convolutions in half precision, for GPUs. In training the loss is scaled so that small gradients do not vanish.", Precision.FP16);

    private final String value;
    private final String displayName;
    private final String description;
    private final Precision precision;

    PrecisionChoice(final String value, final String displayName, final String description, final Precision precision) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
        this.precision = precision;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }

    public Precision precision() {
        return precision;
    }

    /** @return what to tell the operator if one of the devices cannot compute so */
    public Optional<String> complaint(final Collection<ComputeDevice> devices) {
        if (this != FP16 || devices.stream().allMatch(ComputeDevice::isCuda)) {
            return Optional.empty();
        }

        final String names = devices.stream().filter(device -> !device.isCuda()).map(ComputeDevice::name).collect(Collectors.joining(", "));
        return Optional.of("Precision fp16 is for GPUs, and the device is %s: choose fp32, or set Device of the GPU service to GPUs".formatted(names));
    }
}
