/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.NpyFile;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrainingNetworkTest {

    /** Batch Dice of the foreground classes plus cross entropy, each output weighted by half the one before. */
    static final LossSource DICE_AND_CROSS_ENTROPY = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              classes = torch.size(outputs[0], 1)
              labels = torch.to(torch.select(target, 1, 0), 4)
              axes = [0]
              for d in range(torch.sub(torch.dim(target), 2)):
                _0 = torch.append(axes, torch.add(d, 2))
              truth = torch.movedim(torch.one_hot(labels, classes), -1, 1)
              truth = torch.to(truth, 6)
              total = torch.mul(torch.sum(torch.select(torch.reshape(outputs[0], [-1]), 0, 0)), 0.)
              weight = 1.
              sum = 0.
              for i in range(torch.len(outputs)):
                logs = torch.log_softmax(outputs[i], 1)
                entropy = torch.neg(torch.mean(torch.sum(torch.mul(logs, truth), [1])))
                p = torch.narrow(torch.exp(logs), 1, 1, torch.sub(classes, 1))
                t = torch.narrow(truth, 1, 1, torch.sub(classes, 1))
                overlap = torch.sum(torch.mul(p, t), axes)
                size = torch.add(torch.sum(p, axes), torch.sum(t, axes))
                dice = torch.mean(torch.div(torch.add(torch.mul(overlap, 2.), 1e-05), torch.add(size, 1e-05)))
                one = torch.add(torch.add(torch.neg(dice), 1.), entropy)
                total = torch.add(total, torch.mul(one, weight))
                sum = torch.add(sum, weight)
                weight = torch.mul(weight, 0.5)
              return torch.div(total, sum)
            """;
    private static final LossSource MEAN_SQUARE = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              return torch.mean(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target)))
            """;

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private static TrainingNetwork open(final UNetTopology topology, final NetworkWeights weights, final LossSource loss, final double gradientNorm) {
        return TrainingNetwork.open(engine, ComputeDevice.CPU, topology, weights, loss, AdamW.withWeightDecay(0.1), gradientNorm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso3d_small_ds2", "iso3d_small_res_ds2"})
    void outputsLossAndGradientsAreThoseOfMonai(final String name) throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read(name);
        final NpzFile gradients = GoldenNetwork.file(name + "_grads.npz");
        try (TrainingNetwork network = open(golden.topology(), golden.weights(), DICE_AND_CROSS_ENTROPY, 0); NDManager work = network.newManager()) {
            final NDArray input = golden.tensor(work, "input");
            final NpyFile label = golden.arrays().get("label");
            final NDArray target = work.create(label.floats(), new Shape(Arrays.stream(label.shape()).asLongStream().toArray()));
            final NDList outputs = network.outputs(work, input);
            final NpyFile stacked = golden.arrays().get("output_train");
            assertEquals(stacked.shape()[1], outputs.size());
            final NDArray stack = NDArrays.stack(new NDList(outputs.stream().map(logits -> enlarged(logits, outputs.getFirst().getShape())).toArray(NDArray[]::new)), 1);
            Tolerance.assertClose(stacked.floats(), stack.toFloatArray(), 0, 1e-4, name);

            final NDList computed = network.gradients(work, input, target);
            assertEquals(golden.arrays().get("loss").floats()[0], computed.getFirst().getFloat(), 2e-6 * 3);
            assertEquals(golden.arrays().get("loss").floats()[0], network.loss(input, target), 2e-6 * 3);
            final List<String> names = golden.weights().names();
            for (int i = 0; i < names.size(); i++) {
                Tolerance.assertClose(gradients.get(names.get(i)).floats(), computed.get(i + 1).toFloatArray(), 1e-3, 1e-5, names.get(i));
            }
        }
    }

    /** By nearest neighbour, as the golden heads are. */
    private static NDArray enlarged(final NDArray logits, final Shape shape) {
        NDArray result = logits;
        for (int axis = 2; axis < shape.dimension(); axis++) {
            result = result.repeat(axis, shape.get(axis) / logits.getShape().get(axis));
        }

        return result;
    }

    @Test
    void batchNormalizationTrainsWithTheBatchAndKeepsRunningAverages() throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read("iso3d_small_batch");
        try (TrainingNetwork network = open(golden.topology(), golden.weights(), MEAN_SQUARE, 0); NDManager work = network.newManager()) {
            final NDArray logits = network.outputs(work, golden.tensor(work, "input")).getFirst();
            Tolerance.assertClose(golden.arrays().get("output_train").floats(), logits.toFloatArray(), 0, 1e-4, "output");
            final NetworkWeights after = network.weights();
            final List<NetworkWeights.Entry> buffers = after.entries().stream().filter(entry -> !entry.isParameter()).toList();
            assertFalse(buffers.isEmpty());
            for (final NetworkWeights.Entry buffer : buffers) {
                Tolerance.assertClose(golden.arrays().get("after_train__" + buffer.name()).floats(), buffer.values(), 1e-4, 1e-5, buffer.name());
            }
        }
    }

    @Test
    void layersThatAreNotTrainedNormalizeByTheirRunningAveragesAndKeepThem() throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read("iso3d_small_batch");
        final TrainingMethod method = TrainingMethod.of(MEAN_SQUARE, AdamW.withWeightDecay(0.1), 0).withLayers(TrainedLayers.OUTPUTS);
        try (TrainingNetwork network = TrainingNetwork.open(engine, List.of(ComputeDevice.CPU), golden.topology(), golden.weights(), method); NDManager work = network.newManager()) {
            final NDArray input = golden.tensor(work, "input");
            final NDArray logits = network.outputs(work, input).getFirst();
            Tolerance.assertClose(golden.arrays().get("output_eval").floats(), logits.toFloatArray(), 0, 1e-4, "output");
            // The loss, and gradients of the output's weight and bias.
            assertEquals(3, network.gradients(work, input, logits.duplicate()).size());
            network.step(input, work.zeros(logits.getShape()), 0.1);
            for (final NetworkWeights.Entry after : network.weights().entries()) {
                assertEquals(!after.name().startsWith("output_block"), Arrays.equals(golden.weights().entry(after.name()).values(), after.values()), after.name());
            }
        }
    }

    private static UNetTopology tiny() {
        return new UNetTopology(2, 1, 2, List.of(List.of(3, 3), List.of(3, 3)), List.of(List.of(1, 1), List.of(2, 2)), List.of(3, 5), Normalization.INSTANCE, 16, 0.01, false, 0);
    }

    private static NetworkWeights tinyWeights() {
        return NetworkWeights.initial(tiny(), new Random(3));
    }

    private static NDArray noise(final NDManager manager, final long seed, final long... sizes) {
        final Random random = new Random(seed);
        final Shape shape = new Shape(sizes);
        final float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return manager.create(values, shape);
    }

    @Test
    void aStepIsAdamWithDecoupledDecay() {
        try (TrainingNetwork network = open(tiny(), tinyWeights(), MEAN_SQUARE, 0); NDManager work = network.newManager()) {
            final double[][] mean = new double[tinyWeights().entries().size()][];
            final double[][] square = new double[mean.length][];
            for (int step = 1; step <= 3; step++) {
                final NDArray batch = noise(work, step, 2, 1, 8, 8);
                final NDArray target = noise(work, 10 + step, 2, 2, 8, 8);
                final NetworkWeights before = network.weights();
                final NDList gradients = network.gradients(work, batch, target);
                network.step(batch, target, 0.01);
                final NetworkWeights after = network.weights();
                for (int i = 0; i < mean.length; i++) {
                    final float[] gradient = gradients.get(i + 1).toFloatArray();
                    final float[] expected = before.entries().get(i).values().clone();
                    if (step == 1) {
                        mean[i] = new double[expected.length];
                        square[i] = new double[expected.length];
                    }

                    adam(expected, gradient, mean[i], square[i], step);
                    Tolerance.assertClose(expected, after.entries().get(i).values(), 1e-5, 1e-6, before.names().get(i));
                }
            }
        }
    }

    private static void adam(final float[] weights, final float[] gradient, final double[] mean, final double[] square, final int step) {
        for (int i = 0; i < weights.length; i++) {
            mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
            square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
            final double decayed = weights[i] * (1 - 0.01 * 0.1);
            weights[i] = (float) (decayed - 0.01 * (mean[i] / (1 - Math.pow(0.9, step))) / (Math.sqrt(square[i] / (1 - Math.pow(0.999, step))) + 1e-8));
        }
    }

    @Test
    void gradientsAreClippedByTheirCommonNorm() {
        final OptimizerSource descent = new OptimizerSource() {
            @Override
            public int stateTensors() {
                return 0;
            }

            @Override
            public String methods() {
                return """
                        def update(self: __torch__.Work, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor], steps: List[Tensor], rate: Tensor) -> NoneType:
                          for i in range(torch.len(parameters)):
                            _0 = torch.sub_(parameters[i], torch.mul(gradients[i], rate))
                          return None
                        """;
            }
        };
        try (TrainingNetwork network = TrainingNetwork.open(engine, ComputeDevice.CPU, tiny(), tinyWeights(), MEAN_SQUARE, descent, 0.05); NDManager work = network.newManager()) {
            final NDArray batch = noise(work, 1, 2, 1, 8, 8);
            final NDArray target = noise(work, 2, 2, 2, 8, 8);
            network.step(batch, target, 1);
            double moved = 0;
            for (final NetworkWeights.Entry entry : network.weights().entries()) {
                final float[] before = tinyWeights().entry(entry.name()).values();
                for (int i = 0; i < before.length; i++) {
                    moved += Math.pow(before[i] - entry.values()[i], 2);
                }
            }

            assertEquals(0.05, Math.sqrt(moved), 1e-5);
        }
    }

    @Test
    void aLossThatIsNotANumberChangesNothing() {
        try (TrainingNetwork network = open(tiny(), tinyWeights(), MEAN_SQUARE, 0); NDManager work = network.newManager()) {
            final NDArray batch = work.full(new Shape(1, 1, 8, 8), Float.NaN);
            final NDArray target = noise(work, 2, 1, 2, 8, 8);
            assertTrue(Double.isNaN(network.step(batch, target, 0.1)));
            assertArrayEquals(tinyWeights().entry("output_block.conv.conv.weight").values(), network.weights().entry("output_block.conv.conv.weight").values());
            assertEquals(0, network.optimizerState().steps());
        }
    }

    @Test
    void trainingGoesOnFromAStoredStateAsIfItHadNotStopped() {
        try (TrainingNetwork first = open(tiny(), tinyWeights(), MEAN_SQUARE, 1); TrainingNetwork second = open(tiny(), tinyWeights(), MEAN_SQUARE, 1); NDManager work = first.newManager()) {
            final NDArray batch = noise(work, 1, 2, 1, 8, 8);
            final NDArray target = noise(work, 2, 2, 2, 8, 8);
            first.step(batch, target, 0.01);
            first.step(batch, target, 0.01);
            second.restoreWeights(first.weights());
            second.restoreOptimizer(first.optimizerState());
            assertEquals(first.step(batch, target, 0.01), second.step(batch, target, 0.01));
            assertEquals(first.loss(batch, target), second.loss(batch, target));
            assertEquals(3, second.optimizerState().steps());
        }
    }

    @Test
    void aNetworkBeginsAnewAsIfItHadNotBeenTrained() {
        try (TrainingNetwork network = open(tiny(), tinyWeights(), MEAN_SQUARE, 1); NDManager work = network.newManager()) {
            final NDArray batch = noise(work, 1, 2, 1, 8, 8);
            final NDArray target = noise(work, 2, 2, 2, 8, 8);
            final double[] losses = {network.step(batch, target, 0.01), network.step(batch, target, 0.01), network.step(batch, target, 0.01)};
            network.restoreWeights(new InitialWeights(new Random(3)));
            network.resetOptimizer();
            assertEquals(0, network.optimizerState().steps());
            network.optimizerState().tensors().forEach(values -> assertArrayEquals(new float[values.length], values));
            assertArrayEquals(losses, new double[] {network.step(batch, target, 0.01), network.step(batch, target, 0.01), network.step(batch, target, 0.01)});
        }
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedAndReplaceNone() {
        final UNetTopology wider = new UNetTopology(2, 1, 3, tiny().kernels(), tiny().strides(), tiny().filters(), Normalization.INSTANCE, 16, 0.01, false, 0);
        final NetworkWeights others = NetworkWeights.initial(wider, new Random(5));
        final String sentence = "The weight output_block.conv.conv.weight has shape [3, 3, 1, 1], but the network needs [2, 3, 1, 1]";
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> open(tiny(), others, MEAN_SQUARE, 0).close()).getMessage());
        try (TrainingNetwork network = open(tiny(), tinyWeights(), MEAN_SQUARE, 0)) {
            assertEquals(sentence, assertThrows(IllegalArgumentException.class, () -> network.restoreWeights(others)).getMessage());
            network.weights().entries().forEach(entry -> assertArrayEquals(tinyWeights().entry(entry.name()).values(), entry.values(), entry.name()));
        }
    }

    @Test
    void theLossFallsAndThePredictorFollows() {
        try (TrainingNetwork network = open(tiny(), tinyWeights(), MEAN_SQUARE, 0); NDManager work = network.newManager()) {
            final NDArray batch = noise(work, 1, 2, 1, 8, 8);
            final NDArray target = batch.concat(batch.neg(), 1);
            final double start = network.step(batch, target, 0.01);
            for (int i = 0; i < 60; i++) {
                network.step(batch, target, 0.01);
            }

            assertTrue(network.loss(batch, target) < 0.3 * start);
            try (SegmentationNetwork predictor = network.predictor()) {
                Tolerance.assertClose(network.outputs(work, batch).getFirst().toFloatArray(), predictor.forward(work, batch).toFloatArray(), 0, 1e-4, "logits");
            }

            assertTrue(Double.isFinite(network.step(batch, target, 0.01)));
        }
    }

    @Test
    void aLossThatDoesNotCompileIsRefusedWithItsLine() {
        final LossSource wrong = () -> "def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:\n  return torch.no_such_thing(target)\n";
        final EngineException refused = assertThrows(EngineException.class, () -> open(tiny(), tinyWeights(), wrong, 0));
        assertTrue(refused.getMessage().contains("no_such_thing"));
    }
}
