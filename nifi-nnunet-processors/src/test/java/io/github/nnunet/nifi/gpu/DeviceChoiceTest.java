/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DeviceChoiceTest {
    private static final ComputeDevice GPU = new ComputeDevice("cuda:0");
    private static final ComputeDevice OTHER_GPU = new ComputeDevice("cuda:1");

    @Test
    void automaticTakesAllGpus() {
        assertEquals(List.of(GPU, OTHER_GPU), DeviceChoice.parse("auto").among(List.of(ComputeDevice.CPU, GPU, OTHER_GPU)));
    }

    @Test
    void automaticTakesTheCpuWhereThereIsNoGpu() {
        assertEquals(List.of(ComputeDevice.CPU), DeviceChoice.parse(" Auto ").among(List.of(ComputeDevice.CPU)));
    }

    @Test
    void namedDevicesAreTakenOnceEach() {
        assertEquals(List.of(OTHER_GPU, GPU), DeviceChoice.parse("cuda:1, CUDA:0,cuda:1").among(List.of(ComputeDevice.CPU, GPU, OTHER_GPU)));
    }

    @Test
    void aNamedDeviceThatIsNotThereIsComplainedAbout() {
        final String complaint = DeviceChoice.parse("cuda:1").complaint(List.of(ComputeDevice.CPU)).orElseThrow();

        assertTrue(complaint.contains("cuda:1") && complaint.contains("cpu"), complaint);
    }

    @Test
    void automaticIsNeverComplainedAbout() {
        assertEquals(Optional.empty(), DeviceChoice.parse("auto").complaint(List.of(ComputeDevice.CPU)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "cpu", "cuda:0", "cuda:0,cuda:1", " CUDA:12 "})
    void understandsDevices(final String text) {
        assertTrue(DeviceChoice.isUnderstood(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:0;cuda:1", "auto,cpu", "cuda:0,"})
    void refusesOtherWords(final String text) {
        assertFalse(DeviceChoice.isUnderstood(text));
    }
}
