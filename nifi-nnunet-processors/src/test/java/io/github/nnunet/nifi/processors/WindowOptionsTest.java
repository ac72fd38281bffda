/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.LoadedModel;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the options of the windows change: the result, or how many windows the network sees at once. */
class WindowOptionsTest {
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    private static Path folder;

    private static MockFlowFile prepared;
    private static Path model;

    private final TestRunner runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
    private final WatchedService watched = new WatchedService();

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        prepared = PhantomFlow.normalized(PhantomFlow.fetched(new PhantomFlow(folder).listed(SplitChoice.VALIDATION))).getFirst();
        final Plan plan = TinyModel.withSmallPatch(PlanAttributes.require(prepared.getAttributes()));
        model = TinyModel.write(folder.resolve("tiny.pt"), plan, 3, 1, "{}");
    }

    @BeforeEach
    void setUp() throws InitializationException {
        runner.addControllerService("behind", watched.behind);
        runner.setProperty(watched.behind, "Threads", "1");
        runner.enableControllerService(watched.behind);
        runner.addControllerService("gpu", watched);
        runner.enableControllerService(watched);
        runner.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
        runner.setProperty(SlidingWindowPredict.MODEL_FILE, model.toString());
        runner.setProperty(SlidingWindowPredict.OVERLAP, "0");
        runner.setProperty(SlidingWindowPredict.PROBABILITIES, ProbabilityChoice.FLOAT32.getValue());
    }

    @Test
    @ProvesOption({"SlidingWindowPredict: Overlap", "SlidingWindowPredict: Blend"})
    void moreOverlapTakesMoreWindowsAndBlendingChangesTheResult() throws IOException, CaseException {
        predict();
        final int apart = watched.windows();
        runner.setProperty(SlidingWindowPredict.OVERLAP, "0.5");
        final float[] gaussian = predict();
        assertTrue(watched.windows() > apart);
        runner.setProperty(SlidingWindowPredict.BLEND, BlendChoice.CONSTANT.getValue());
        assertFalse(Arrays.equals(gaussian, predict()));
    }

    @Test
    @ProvesOption("SlidingWindowPredict: Test-Time Augmentation")
    void testTimeAugmentationPredictsAllFlips() throws IOException, CaseException {
        final float[] plain = predict();
        final int once = watched.windows();
        runner.setProperty(SlidingWindowPredict.TEST_TIME_AUGMENTATION, "true");
        assertFalse(Arrays.equals(plain, predict()));
        assertEquals(8 * once, watched.windows());
    }

    @Test
    @ProvesOption("SlidingWindowPredict: Window Batch Size")
    void theNetworkSeesAsManyWindowsAtOnceAsChosen() throws IOException, CaseException {
        final float[] alone = predict();
        assertTrue(watched.batches.stream().allMatch(batch -> batch == 1));
        final int count = watched.windows();
        runner.setProperty(SlidingWindowPredict.WINDOW_BATCH_SIZE, "4");
        assertArrayEquals(alone, predict(), TOLERANCE);
        assertEquals(4, watched.batches.getFirst());
        assertEquals(count, watched.windows());
    }

    @Test
    void aDeviceWhoseMemoryIsTooSmallForTheBatchPredictsTheSameInSmallerOnesWithAWarning() throws IOException, CaseException {
        final float[] alone = predict();
        watched.capacity = 2;
        runner.setProperty(SlidingWindowPredict.WINDOW_BATCH_SIZE, "4");
        assertArrayEquals(alone, predict(), TOLERANCE);
        assertEquals(List.of(4, 2), watched.batches.subList(0, 2));
        assertEquals(1, runner.getLogger().getWarnMessages().stream().filter(message -> message.getMsg().contains("memory ran out")).count());
    }

    @Test
    void aDeviceWhoseMemoryIsTooSmallForOneWindowFailsTheCaseAsSuch() {
        watched.capacity = 0;
        runner.enqueue(prepared.toByteArray(), prepared.getAttributes());
        runner.run();
        Runners.assertFailed(runner, "memory");
    }

    /** @return the probabilities of the last class */
    private float[] predict() throws IOException, CaseException {
        watched.batches.clear();
        runner.enqueue(prepared.toByteArray(), prepared.getAttributes());
        runner.run();
        final MockFlowFile result = runner.getFlowFilesForRelationship(SlidingWindowPredict.PROBABILITIES_RELATIONSHIP).getLast();
        return CaseFile.read(new ByteArrayInputStream(result.toByteArray()), "the probabilities", NiftiLimits.forHeap()).channel(2);
    }

    /** Notes how many windows each forward pass has, and holds so many of them at most. */
    private static final class WatchedService extends AbstractControllerService implements GpuService {
        private final StandardGpuService behind = new StandardGpuService();
        private final List<Integer> batches = new ArrayList<>();
        private int capacity = Integer.MAX_VALUE;

        private void see(final int windows) {
            batches.add(windows);
            if (windows > capacity) {
                throw new EngineException("CUDA out of memory. Tried to allocate 1.50 GiB");
            }
        }

        private int windows() {
            return batches.stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public Optional<DeviceLease> lease(final WorkKind kind, final int devices, final BooleanSupplier cancelled) throws InterruptedException {
            return behind.lease(kind, devices, cancelled);
        }

        @Override
        public LoadedModel model(final DeviceLease lease, final Path file) throws CaseException, IOException {
            return new WatchedModel(behind.model(lease, file), this);
        }

        @Override
        public List<ComputeDevice> devices() {
            return behind.devices();
        }

        @Override
        public TorchEngine engine() {
            return behind.engine();
        }
    }

    private record WatchedModel(LoadedModel behind, WatchedService service) implements LoadedModel {

        @Override
        public SegmentationNetwork network() {
            return new WatchedNetwork(behind.network(), service);
        }

        @Override
        public Optional<Plan> plan() {
            return behind.plan();
        }

        @Override
        public Optional<String> trainingJson() {
            return behind.trainingJson();
        }

        @Override
        public String digest() {
            return behind.digest();
        }

        @Override
        public void close() {
            behind.close();
        }
    }

    private record WatchedNetwork(SegmentationNetwork behind, WatchedService service) implements SegmentationNetwork {

        @Override
        public int inputChannels() {
            return behind.inputChannels();
        }

        @Override
        public int outputChannels() {
            return behind.outputChannels();
        }

        @Override
        public int dimensions() {
            return behind.dimensions();
        }

        @Override
        public ComputeDevice device() {
            return behind.device();
        }

        @Override
        public NDArray forward(final NDManager results, final NDArray batch) {
            service.see(Math.toIntExact(batch.getShape().get(0)));
            return behind.forward(results, batch);
        }

        @Override
        public void close() {
            behind.close();
        }
    }
}
