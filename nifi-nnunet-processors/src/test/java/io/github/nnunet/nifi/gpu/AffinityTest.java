/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Threads bound to processors, as the system says where they may run. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class AffinityTest {
    private static final Path THREADS = Path.of("/proc/self/task");

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final StandardGpuService service = new StandardGpuService();
    private int threads;

    /** For the class: a test that is given up later would still clean up after a service that is not there. */
    @BeforeAll
    static void twoProcessors() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "Two processors are needed");
    }

    @BeforeEach
    void addService() throws InitializationException {
        runner.addControllerService("gpu", service);
        runner.setProperty(service, StandardGpuService.DEVICE, "cpu:0, cpu:1");
    }

    private void enable(final AffinityChoice affinity) {
        runner.setProperty(service, StandardGpuService.AFFINITY, affinity.getValue());
        runner.enableControllerService(service);
    }

    @BeforeEach
    void rememberThreads() throws TorchUnavailableException {
        threads = TorchEngine.start(TorchSettings.defaults()).threads();
    }

    @AfterEach
    void restoreThreads() {
        if (runner.isControllerServiceEnabled(service)) {
            service.engine().useThreads(threads);
            runner.disableControllerService(service);
        }
    }

    private static String allowed(final Path thread) throws IOException {
        return Files.readAllLines(thread.resolve("status")).stream().filter(line -> line.startsWith("Cpus_allowed_list:")).map(line -> line.split("\\s+")[1]).findFirst().orElseThrow();
    }

    private static String ownProcessors() throws IOException {
        return allowed(Path.of("/proc/thread-self"));
    }

    private static Set<String> runningThreads() throws IOException {
        try (Stream<Path> tasks = Files.list(THREADS)) {
            return new HashSet<>(tasks.map(task -> task.getFileName().toString()).toList());
        }
    }

    @Test
    @ProvesOption("StandardGpuService: Affinity")
    void eachDeviceComputesOnACoreOfItsOwn() throws Exception {
        enable(AffinityChoice.SINGLE_UNIQUE);
        final String before = ownProcessors();
        try (DeviceLease first = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow(); DeviceLease second = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            final String one = first.perform(AffinityTest::ownProcessors);
            final String other = second.perform(AffinityTest::ownProcessors);
            assertNotEquals(one, other);
            assertNotEquals(before, one);
            assertEquals(one, first.perform(AffinityTest::ownProcessors));
        }

        assertEquals(before, ownProcessors());
        assertEquals(1, service.engine().threads());
    }

    /** libtorch's own threads inherit the processors of the one that they work for. */
    @Test
    void threadsOfAnOperatorStayOnTheDevicesCores() throws Exception {
        enable(AffinityChoice.SINGLE_UNIQUE);
        service.engine().useThreads(2);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            final String processors = lease.perform(AffinityTest::ownProcessors);
            final Set<String> before = runningThreads();
            final Set<String> begun = lease.perform(() -> {
                try (NDManager work = service.engine().newManager(lease.device())) {
                    work.ones(new Shape(1 << 22)).exp().sum().getFloat();
                    return runningThreads();
                }
            });
            begun.removeAll(before);
            final List<String> places = new ArrayList<>();
            for (final String thread : begun) {
                try {
                    if (Files.readString(THREADS.resolve(thread).resolve("comm")).startsWith("Networks on")) {
                        places.add(allowed(THREADS.resolve(thread)));
                    }
                } catch (final NoSuchFileException ended) {
                    // A thread of the JVM's that came and went.
                    assertTrue(ended.getMessage().contains(thread));
                }
            }

            assertTrue(places.stream().allMatch(processors::equals), places.toString());
            assertFalse(places.isEmpty());
        }
    }

    @Test
    void withoutAffinityWorkIsDoneInTheCallersThread() throws Exception {
        enable(AffinityChoice.NONE);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            assertEquals(Thread.currentThread(), lease.perform(Thread::currentThread));
        }
    }

    @Test
    void whatWorkThrowsComesBack() throws Exception {
        enable(AffinityChoice.SOCKET);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            assertThrows(IOException.class, () -> lease.perform(() -> {
                throw new IOException("unreadable");
            }));
            assertThrows(IllegalStateException.class, () -> lease.perform(() -> {
                throw new IllegalStateException("wrong");
            }));
            final CaseException fault = new CaseException(FaultCategory.ENGINE, "failed");
            assertEquals(fault, assertThrows(CaseException.class, () -> lease.perform(() -> {
                throw fault;
            })));
        }
    }

    @Test
    void anInterruptReachesTheWorkAndTheCallerKeepsIt() throws Exception {
        enable(AffinityChoice.SOCKET);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            Thread.currentThread().interrupt();
            final boolean wasInterrupted = lease.perform(() -> {
                try {
                    new CountDownLatch(1).await();
                    return false;
                } catch (final InterruptedException expected) {
                    return true;
                }
            });
            assertTrue(wasInterrupted);
            assertTrue(Thread.interrupted());
            assertFalse(lease.perform(Thread::interrupted));
        }
    }

    @Test
    void tooFewCoresForTheDevicesAreRefused() {
        final StringBuilder devices = new StringBuilder("cpu:0");
        for (int device = 1; device <= Runtime.getRuntime().availableProcessors(); device++) {
            devices.append(", cpu:").append(device);
        }

        runner.setProperty(service, StandardGpuService.DEVICE, devices.toString());
        final Throwable refusal = assertThrows(Throwable.class, () -> enable(AffinityChoice.SINGLE_UNIQUE));
        assertTrue(String.valueOf(refusal.getMessage()).contains("cores of their own") || String.valueOf(refusal.getCause()).contains("cores of their own"), refusal.toString());
    }

    @Test
    void oneDeviceHasAllOfItsSocket() throws Exception {
        runner.setProperty(service, StandardGpuService.DEVICE, "cpu");
        enable(AffinityChoice.SOCKET_UNIQUE_CONTINUOUS);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> false).orElseThrow()) {
            assertEquals(ComputeDevice.CPU, lease.device());
            assertTrue(service.engine().threads() >= 1);
            assertEquals("Networks on cpu", lease.perform(() -> Thread.currentThread().getName()));
        }
    }
}
