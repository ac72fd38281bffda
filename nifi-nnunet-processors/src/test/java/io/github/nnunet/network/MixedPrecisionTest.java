/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The scripts of mixed precision, which are for GPUs, run on the CPU: the same text, slowly. */
class MixedPrecisionTest {

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private static TrainingNetwork open(final LossSource loss, final Precision precision) {
        return open(loss, precision, Normalization.INSTANCE);
    }

    private static TrainingNetwork open(final LossSource loss, final Precision precision, final Normalization normalization) {
        final UNetTopology topology = SmallNetworks.inThreeDimensions(normalization, 1);
        final TrainingMethod method = TrainingMethod.of(loss, AdamW.withWeightDecay(0.1), 0).withPrecision(precision);
        return TrainingNetwork.open(engine, List.of(ComputeDevice.CPU), topology, SmallNetworks.weights(topology), method);
    }

    /** Rounding to 8 bits in each of ten layers makes some percent of a loss and more of its gradients, rounding to 11 bits an eighth of that. */
    @ParameterizedTest
    @CsvSource({"BF16, INSTANCE, 2e-2, 0.15", "FP16, INSTANCE, 3e-3, 0.02", "FP16, BATCH, 3e-3, 0.05", "FP16, GROUP, 3e-3, 0.02"})
    void lossAndGradientsAreThoseOfSinglePrecisionToTheirRounding(final Precision precision, final Normalization normalization, final double lossTolerance,
                                                                  final double gradientTolerance) {
        try (TrainingNetwork single = open(SmallNetworks.MEAN_SQUARE, Precision.FP32, normalization);
                TrainingNetwork mixed = open(SmallNetworks.MEAN_SQUARE, precision, normalization);
                NDManager work = single.newManager()) {
            final NDArray batch = SmallNetworks.noise(work, 1, 2, 1, 8, 8, 8);
            final NDArray target = SmallNetworks.noise(work, 2, 2, 2, 8, 8, 8);
            mixed.restoreOptimizer(new OptimizerState(0, mixed.optimizerState().tensors(), new LossScale(256, 0)));
            final NDList expected = single.gradients(work, batch, target);
            final NDList actual = mixed.gradients(work, batch, target);
            assertEquals(1, actual.getFirst().getFloat() / expected.getFirst().getFloat(), lossTolerance);
            assertNotEquals(expected.getFirst().getFloat(), actual.getFirst().getFloat());
            double difference = 0;
            double size = 0;
            for (int i = 1; i < expected.size(); i++) {
                difference += expected.get(i).sub(actual.get(i)).square().sum().getFloat();
                size += expected.get(i).square().sum().getFloat();
            }

            assertTrue(Math.sqrt(difference / size) < gradientTolerance, "Gradients differ by %s".formatted(Math.sqrt(difference / size)));
        }
    }

    @Test
    void anOverflowSkipsTheStepAndHalvesTheScaleUntilGradientsFit() {
        final LossSource large = () -> """
                def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
                  return torch.mul(torch.mean(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target))), 1000.)
                """;
        try (TrainingNetwork network = open(large, Precision.FP16); NDManager work = network.newManager()) {
            final NDArray batch = SmallNetworks.noise(work, 1, 2, 1, 8, 8, 8);
            final NDArray target = SmallNetworks.noise(work, 2, 2, 2, 8, 8, 8).mul(100);
            final NetworkWeights before = network.weights();
            assertTrue(Double.isFinite(network.step(batch, target, 0.01)));
            assertEquals(new LossScale(32768, 0), network.optimizerState().lossScale());
            assertEquals(0, network.optimizerState().steps());
            assertArrayEquals(before.entries().getFirst().values(), network.weights().entries().getFirst().values());
            while (network.optimizerState().steps() == 0) {
                assertTrue(Double.isFinite(network.step(batch, target, 0.01)));
            }

            assertEquals(1, network.optimizerState().lossScale().goodSteps());
            assertTrue(network.weights().entries().getFirst().values()[0] != before.entries().getFirst().values()[0]);
        }
    }

    @Test
    void gradientsThatOverflowAtAnyScaleEndInANumberThatIsNone() {
        // The square root has an infinite slope at 0, which no scale makes finite.
        final LossSource steep = () -> """
                def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
                  return torch.sqrt(torch.mul(torch.sum(outputs[0]), 0.))
                """;
        try (TrainingNetwork network = open(steep, Precision.FP16); NDManager work = network.newManager()) {
            final NDArray batch = SmallNetworks.noise(work, 1, 1, 1, 8, 8, 8);
            final NDArray target = SmallNetworks.noise(work, 2, 1, 2, 8, 8, 8);
            double loss = 0;
            for (int step = 0; step < 37; step++) {
                assertEquals(0, loss);
                loss = network.step(batch, target, 0.01);
            }

            assertTrue(Double.isNaN(loss));
            assertEquals(0, network.optimizerState().steps());
        }
    }

    @Test
    void theScaleGoesOnFromAStoredState() {
        try (TrainingNetwork network = open(SmallNetworks.MEAN_SQUARE, Precision.FP16)) {
            final OptimizerState state = network.optimizerState();
            final OptimizerState stored = new OptimizerState(5, state.tensors(), new LossScale(256, 17));
            network.restoreOptimizer(stored);
            assertEquals(stored.lossScale(), network.optimizerState().lossScale());
        }
    }

    @Test
    void weightsKeepStepsThatSixteenBitsCouldNotHold() {
        try (TrainingNetwork network = open(SmallNetworks.MEAN_SQUARE, Precision.BF16); NDManager work = network.newManager()) {
            final NDArray batch = SmallNetworks.noise(work, 1, 2, 1, 8, 8, 8);
            final NDArray target = SmallNetworks.noise(work, 2, 2, 2, 8, 8, 8);
            network.restoreWeights(ones(network.weights()));
            network.step(batch, target, 1e-6);
            final float scale = network.weights().entry("input_block.norm1.weight").values()[0];
            assertEquals(1, scale, 2e-6);
            assertNotEquals(1, scale);
        }
    }

    /** Logits have a deviation of about 1. */
    @ParameterizedTest
    @CsvSource({"BF16, INSTANCE, 3e-2", "BF16, BATCH, 3e-2", "BF16, GROUP, 3e-2", "FP16, INSTANCE, 4e-3", "FP16, BATCH, 4e-3", "FP16, GROUP, 4e-3"})
    void predictionsAreThoseOfSinglePrecisionToTheirRounding(final Precision precision, final Normalization normalization, final double tolerance) {
        final UNetTopology topology = SmallNetworks.inThreeDimensions(normalization, 2);
        final NetworkWeights weights = SmallNetworks.weights(topology);
        try (SegmentationNetwork single = new NetworkLoader(engine).open(topology, weights, ComputeDevice.CPU);
                SegmentationNetwork half = new NetworkLoader(engine, precision).open(topology, weights, ComputeDevice.CPU); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = SmallNetworks.noise(work, 1, 2, 2, 8, 12, 8);
            final NDArray expected = single.forward(work, batch);
            final NDArray actual = half.forward(work, batch);
            assertEquals(expected.getShape(), actual.getShape());
            final double difference = Math.sqrt(expected.sub(actual).square().mean().getFloat() / expected.square().mean().getFloat());
            assertTrue(difference > 0 && difference < tolerance, "Logits differ by %s".formatted(difference));
        }
    }

    private static NetworkWeights ones(final NetworkWeights weights) {
        return new NetworkWeights(weights.entries().stream().map(entry -> {
            final float[] values = entry.values().clone();
            if (entry.name().endsWith("norm1.weight")) {
                Arrays.fill(values, 1);
            }

            return new NetworkWeights.Entry(entry.name(), entry.shape(), values, entry.isParameter());
        }).toList());
    }
}
