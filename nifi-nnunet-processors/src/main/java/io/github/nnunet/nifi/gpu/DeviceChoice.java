/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Devices that a user asked for.
 *
 * @param named empty: all GPUs, or the CPU where there is none
 */
record DeviceChoice(List<ComputeDevice> named) {
    static final String AUTOMATIC = "auto";

    private static final String DEVICE = "(cpu|(cpu|cuda):[0-9]{1,3})";
    private static final Pattern CHOICE = Pattern.compile("\\s*(auto|%s(\\s*,\\s*%s)*)\\s*".formatted(DEVICE, DEVICE), Pattern.CASE_INSENSITIVE);

    static boolean isUnderstood(final String text) {
        return text != null && CHOICE.matcher(text).matches();
    }

    static DeviceChoice parse(final String text) {
        final String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.equals(AUTOMATIC)) {
            return new DeviceChoice(List.of());
        }

        return new DeviceChoice(Arrays.stream(plain.split("\\s*,\\s*")).distinct().map(ComputeDevice::new).toList());
    }

    /** @return the devices to use, of those that are there */
    List<ComputeDevice> among(final List<ComputeDevice> present) {
        if (!named.isEmpty()) {
            return named;
        }

        final List<ComputeDevice> gpus = present.stream().filter(ComputeDevice::isCuda).toList();
        return gpus.isEmpty() ? List.of(ComputeDevice.CPU) : gpus;
    }

    /** @return what to tell the operator if a device that was named is not there */
    Optional<String> complaint(final List<ComputeDevice> present) {
        final List<String> absent = named.stream().filter(ComputeDevice::isCuda).filter(device -> !present.contains(device)).map(ComputeDevice::name).toList();
        if (absent.isEmpty()) {
            return Optional.empty();
        }

        return Optional.of(("%s was asked for and is not there: libtorch sees only %s. Check the GPU's driver and that the libtorch NAR is the one for CUDA, or set Device to auto or cpu.")
                .formatted(String.join(", ", absent), present.stream().map(ComputeDevice::name).collect(Collectors.joining(", "))));
    }
}
