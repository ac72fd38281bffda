/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Training over several devices, each of them the CPU. */
class SeveralDevicesTest {

    /** Not a mean over samples: what a device computes depends on which samples it has. */
    private static final LossSource SQUARE_OF_THE_MEAN = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              difference = torch.mean(torch.sub(outputs[0], target))
              return torch.mul(difference, difference)
            """;
    private static final LossSource OF_EVERY_HEAD = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              total = torch.mean(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target)))
              for i in range(torch.len(outputs)):
                total = torch.add(total, torch.mean(torch.mul(torch.sub(outputs[i], target), torch.sub(outputs[i], target))))
              return total
            """;

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private static List<ComputeDevice> cpus(final int count) {
        return IntStream.range(0, count).mapToObj(number -> new ComputeDevice("cpu:" + number)).toList();
    }

    private static TrainingNetwork open(final int devices, final NetworkTopology topology, final TrainingMethod method) {
        return TrainingNetwork.open(engine, cpus(devices), topology, SmallNetworks.weights(topology), method);
    }

    private static TrainingMethod method(final LossSource loss) {
        return TrainingMethod.of(loss, AdamW.withWeightDecay(0.1), 1);
    }

    private static NDArray batch(final NDManager manager, final int samples) {
        return SmallNetworks.noise(manager, 1, samples, 1, 8, 8, 8);
    }

    private static NDArray target(final NDManager manager, final int samples) {
        return SmallNetworks.noise(manager, 2, samples, 2, 8, 8, 8);
    }

    private static void assertSame(final NDList expected, final NDList actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).getShape(), actual.get(i).getShape());
            Tolerance.assertClose(expected.get(i).toFloatArray(), actual.get(i).toFloatArray(), 2e-4, 2e-6, "tensor " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 3", "3, 5"})
    void gradientsOfAMeanOverSamplesAreThoseOfOneDevice(final int devices, final int samples) {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.INSTANCE, 1);
        try (TrainingNetwork one = open(1, topology, method(SmallNetworks.MEAN_SQUARE)); TrainingNetwork several = open(devices, topology, method(SmallNetworks.MEAN_SQUARE));
                NDManager work = one.newManager()) {
            assertSame(one.gradients(work, batch(work, samples), target(work, samples)), several.gradients(work, batch(work, samples), target(work, samples)));
        }
    }

    @Test
    void stepsAreThoseOfOneDeviceAndReachEveryCopy() {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.INSTANCE, 1);
        try (TrainingNetwork one = open(1, topology, method(SmallNetworks.MEAN_SQUARE)); TrainingNetwork several = open(2, topology, method(SmallNetworks.MEAN_SQUARE));
                NDManager work = one.newManager()) {
            for (int step = 0; step < 4; step++) {
                final double expected = one.step(batch(work, 2), target(work, 2), 0.01);
                assertEquals(expected, several.step(batch(work, 2), target(work, 2), 0.01), 1e-4 * expected);
            }

            assertEquals(4, several.optimizerState().steps());
        }
    }

    /** As with PyTorch's DistributedDataParallel. */
    @Test
    void aLossOverTheBatchIsTheMeanOfTheDevicesLosses() {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.INSTANCE, 1);
        try (TrainingNetwork one = open(1, topology, method(SQUARE_OF_THE_MEAN)); TrainingNetwork several = open(2, topology, method(SQUARE_OF_THE_MEAN));
                NDManager work = one.newManager()) {
            final NDList computed = several.gradients(work, batch(work, 3), target(work, 3));
            final NDList first = one.gradients(work, batch(work, 3).get(new NDIndex("0:2")), target(work, 3).get(new NDIndex("0:2")));
            final NDList second = one.gradients(work, batch(work, 3).get(new NDIndex("2:3")), target(work, 3).get(new NDIndex("2:3")));
            final NDList expected = new NDList(IntStream.range(0, first.size()).mapToObj(i -> first.get(i).mul(2f / 3).add(second.get(i).mul(1f / 3))).toArray(NDArray[]::new));
            assertSame(expected, computed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void synchronizedBatchNormalizationSeesTheWholeBatch(final boolean residual) {
        final UNetTopology topology = withHeads(residual);
        final TrainingMethod together = method(OF_EVERY_HEAD).withSynchronizedBatchNorm(true);
        try (TrainingNetwork one = open(1, topology, method(OF_EVERY_HEAD)); TrainingNetwork several = open(3, topology, together); NDManager work = one.newManager()) {
            assertSame(one.gradients(work, batch(work, 4), target(work, 4)), several.gradients(work, batch(work, 4), target(work, 4)));
            for (final NetworkWeights.Entry buffer : one.weights().entries()) {
                Tolerance.assertClose(buffer.values(), several.weights().entry(buffer.name()).values(), 1e-5, 1e-6, buffer.name());
            }

            final double expected = one.step(batch(work, 4), target(work, 4), 0.01);
            assertEquals(expected, several.step(batch(work, 4), target(work, 4), 0.01), 1e-5 * expected);
            assertEquals(one.loss(batch(work, 4), target(work, 4)), several.loss(batch(work, 4), target(work, 4)), 1e-4 * expected);
        }
    }

    private static UNetTopology withHeads(final boolean residual) {
        final UNetTopology plain = SmallNetworks.inThreeDimensions(Normalization.BATCH, 1);
        return new UNetTopology(3, 1, 2, plain.kernels(), plain.strides(), plain.filters(), Normalization.BATCH, 2, 0.01, residual, 1);
    }

    @Test
    void withoutSynchronizationEachDeviceNormalizesItsShare() {
        final UNetTopology topology = withHeads(false);
        try (TrainingNetwork one = open(1, topology, method(OF_EVERY_HEAD)); TrainingNetwork several = open(2, topology, method(OF_EVERY_HEAD)); NDManager work = one.newManager()) {
            final NDArray images = batch(work, 2).mul(work.create(new float[] {1, 3}).reshape(2, 1, 1, 1, 1));
            final float whole = one.gradients(work, images, target(work, 2)).getFirst().getFloat();
            final float divided = several.gradients(work, images, target(work, 2)).getFirst().getFloat();
            assertTrue(Math.abs(whole - divided) > 1e-3 * whole, "%s and %s".formatted(whole, divided));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOverflowOnAnyDeviceSkipsTheStepOfAll(final boolean isSynchronized) {
        final LossSource large = () -> """
                def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
                  return torch.mean(torch.mul(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target)), 1000000.))
                """;
        final UNetTopology topology = SmallNetworks.inThreeDimensions(Normalization.BATCH, 1);
        try (TrainingNetwork network = open(2, topology, method(large).withPrecision(Precision.FP16).withSynchronizedBatchNorm(isSynchronized)); NDManager work = network.newManager()) {
            final NetworkWeights before = network.weights();
            assertTrue(Double.isFinite(network.step(batch(work, 2), target(work, 2), 0.01)));
            assertEquals(new LossScale(32768, 0), network.optimizerState().lossScale());
            assertArrayEquals(before.entries().getFirst().values(), network.weights().entries().getFirst().values());
        }
    }

    @Test
    void aDeviceThatFailsFailsTheStep() {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.INSTANCE, 1);
        try (TrainingNetwork several = open(2, topology, method(SmallNetworks.MEAN_SQUARE)); NDManager work = several.newManager()) {
            final NDArray images = batch(work, 2);
            final NDArray wrong = SmallNetworks.noise(work, 2, 2, 7, 8, 8, 8);
            assertThrows(EngineException.class, () -> several.step(images, wrong, 0.01));
            assertTrue(Double.isFinite(several.step(images, target(work, 2), 0.01)));
        }
    }

    @Test
    void aBatchWithFewerSamplesThanDevicesIsRefused() {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.INSTANCE, 1);
        try (TrainingNetwork several = open(3, topology, method(SmallNetworks.MEAN_SQUARE)); NDManager work = several.newManager()) {
            final NDArray images = batch(work, 2);
            final NDArray wanted = target(work, 2);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> several.step(images, wanted, 0.01)).getMessage().contains("2 samples"));
        }
    }

    @Test
    void manyStepsLeaveNoTensorsBehind() {
        final NetworkTopology topology = SmallNetworks.inThreeDimensions(Normalization.BATCH, 1);
        for (final boolean isSynchronized : new boolean[] {false, true}) {
            try (TrainingNetwork several = open(2, topology, method(SmallNetworks.MEAN_SQUARE).withSynchronizedBatchNorm(isSynchronized)); NDManager parent = several.newManager()) {
                final int before = parent.getParentManager().getManagedArrays().size();
                for (int step = 0; step < 5; step++) {
                    try (NDManager work = parent.newSubManager()) {
                        several.step(batch(work, 2), target(work, 2), 0.01);
                    }
                }

                assertEquals(before, parent.getParentManager().getManagedArrays().size());
                assertEquals(0, parent.getManagedArrays().size());
            }
        }
    }
}
