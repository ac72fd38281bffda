/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.ProvesOption;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class StandardGpuServiceTest {
    private static final String ABSENT_GPU = "cuda:99";

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final StandardGpuService service = new StandardGpuService();

    @BeforeEach
    void addService() throws InitializationException {
        runner.addControllerService("gpu", service);
    }

    @Test
    void givesTheCpuWithDefaultsWhereThereIsNoGpu() throws InterruptedException {
        runner.setProperty(service, StandardGpuService.DEVICE, "cpu");
        runner.enableControllerService(service);

        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            assertEquals(ComputeDevice.CPU, lease.device());
        }

        runner.disableControllerService(service);
    }

    @Test
    @ProvesOption("StandardGpuService: Device")
    void isNotEnabledWithAGpuThatIsNotThere() {
        final MockConfigurationContext context = context(Map.of(StandardGpuService.DEVICE.getName(), ABSENT_GPU));

        final InitializationException refusal = assertThrows(InitializationException.class, () -> service.onEnabled(context));

        assertTrue(refusal.getMessage().contains(ABSENT_GPU), refusal.getMessage());
    }

    @Test
    void refusesWordsThatAreNoDevice() {
        runner.setProperty(service, StandardGpuService.DEVICE, "fast one");

        runner.assertNotValid(service);
    }

    @Test
    void verificationTellsLibraryDevicesAndSpeed() {
        final List<ConfigVerificationResult> results = service.verify(context(Map.of(StandardGpuService.DEVICE.getName(), "cpu")), runner.getLogger(), Map.of());

        assertEquals(List.of(Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.SUCCESSFUL), results.stream().map(ConfigVerificationResult::getOutcome).toList());
        assertTrue(results.get(0).getExplanation().contains("libtorch 2."), results.get(0).getExplanation());
        assertTrue(results.get(2).getExplanation().contains("GFLOP"), results.get(2).getExplanation());
    }

    @Test
    void verificationTellsWhyAGpuCannotBeUsed() {
        final List<ConfigVerificationResult> results = service.verify(context(Map.of(StandardGpuService.DEVICE.getName(), ABSENT_GPU)), runner.getLogger(), Map.of());

        assertEquals(Outcome.FAILED, results.getLast().getOutcome());
        assertTrue(results.getLast().getExplanation().contains(ABSENT_GPU), results.getLast().getExplanation());
    }

    @Test
    void halfPrecisionIsRefusedOnACpu() {
        runner.setProperty(service, StandardGpuService.DEVICE, "cpu");
        runner.setProperty(service, StandardGpuService.PRECISION, PrecisionChoice.FP16.getValue());
        runner.assertNotValid(service);

        final MockConfigurationContext found = context(Map.of(StandardGpuService.DEVICE.getName(), "cpu", StandardGpuService.PRECISION.getName(), PrecisionChoice.FP16.getValue()));
        assertTrue(assertThrows(InitializationException.class, () -> service.onEnabled(found)).getMessage().contains("fp16"));
    }

    @Test
    @ProvesOption("StandardGpuService: Precision")
    void modelsComputeInThePrecisionOfTheService(@TempDir final Path folder) throws InterruptedException, CaseException, IOException {
        final Path file = SmallModel.write(folder.resolve("model.pt"));
        final float[] single = logits(file, PrecisionChoice.FP32);
        final float[] half = logits(file, PrecisionChoice.BF16);

        assertFalse(Arrays.equals(single, half));
        assertArrayEquals(single, half, 0.1f);
    }

    @Test
    void aLibTorchFolderIsLookedAt(@TempDir final Path folder) {
        runner.setProperty(service, StandardGpuService.LIBTORCH_FOLDER, folder.resolve("absent").toString());
        runner.assertNotValid(service);

        final MockConfigurationContext context = context(Map.of(StandardGpuService.DEVICE.getName(), "cpu", StandardGpuService.LIBTORCH_FOLDER.getName(), folder.toString()));
        assertTrue(assertThrows(InitializationException.class, () -> service.onEnabled(context)).getMessage().contains("is not a LibTorch"));
    }

    private float[] logits(final Path model, final PrecisionChoice precision) throws InterruptedException, CaseException, IOException {
        runner.setProperty(service, StandardGpuService.DEVICE, "cpu");
        runner.setProperty(service, StandardGpuService.PRECISION, precision.getValue());
        runner.enableControllerService(service);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow(); LoadedModel loaded = service.model(lease, model);
                NDManager work = service.engine().newManager(lease.device())) {
            return loaded.network().forward(work, SmallModel.batch(work)).toFloatArray();
        } finally {
            runner.disableControllerService(service);
        }
    }

    private MockConfigurationContext context(final Map<String, String> properties) {
        final Map<String, String> all = new HashMap<>(properties);
        service.getPropertyDescriptors().forEach(descriptor -> {
            if (descriptor.getDefaultValue() != null) {
                all.putIfAbsent(descriptor.getName(), descriptor.getDefaultValue());
            }
        });

        final Map<PropertyDescriptor, String> byDescriptor = new HashMap<>();
        all.forEach((name, value) -> byDescriptor.put(service.getPropertyDescriptor(name), value));
        return new MockConfigurationContext(service, byDescriptor, null, Map.of());
    }
}
