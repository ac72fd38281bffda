/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.NpzFile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The way back by hand finds the gradients that libtorch's differentiation finds. */
class SliceGradientTextTest {

    private static final LossSource CROSS_ENTROPY = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              truth = torch.scatter(torch.zeros_like(outputs[0]), 1, torch.to(target, 4), 1.)
              total = torch.mul(torch.sum(torch.select(torch.reshape(outputs[0], [-1]), 0, 0)), 0.)
              for i in range(torch.len(outputs)):
                one = torch.neg(torch.mean(torch.sum(torch.mul(torch.log_softmax(outputs[i], 1), truth), [1])))
                total = torch.add(total, torch.mul(one, torch.reciprocal(torch.full([], torch.add(i, 1)))))
              return total
            """;
    private static final SharedWorkText WHOLE = new SharedWorkText(1);
    private static final SharedWorkText SIDE_BY_SIDE = new SharedWorkText(2, 0);
    private static final TrainingMethod METHOD = TrainingMethod.of(CROSS_ENTROPY, AdamW.withWeightDecay(1e-3), 12);

    /** The squares of every output, the deep supervision heads as large as they are computed. */
    private enum Squares implements LossSource {
        OF_EVERY_HEAD;

        @Override
        public String methods() {
            return """
                    def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
                      total = torch.mean(torch.mul(outputs[0], outputs[0]))
                      for i in range(torch.sub(torch.len(outputs), 1)):
                        head = outputs[torch.add(i, 1)]
                        total = torch.add(total, torch.mean(torch.mul(head, head)))
                      return total
                    """;
        }

        @Override
        public HeadSize headSize() {
            return HeadSize.OWN;
        }
    }

    private final TorchEngine engine;

    SliceGradientTextTest() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    /** A network and the sizes of a batch for it. */
    private record Trial(UNetTopology topology, long[] sizes) {
    }

    @Provide
    Arbitrary<Trial> trials() {
        return Arbitraries.randomValue(SliceGradientTextTest::trial);
    }

    private static Trial trial(final Random random) {
        final int dimensions = 2 + random.nextInt(2);
        final int levels = 2 + random.nextInt(2);
        final List<List<Integer>> kernels = new ArrayList<>();
        final List<List<Integer>> strides = new ArrayList<>();
        final List<Integer> filters = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            final boolean isFirst = level == 0;
            kernels.add(random.ints(dimensions, 0, 4).map(choice -> choice == 0 ? 1 : 3).boxed().toList());
            strides.add(random.ints(dimensions, 0, 4).map(choice -> isFirst || choice == 0 ? 1 : 2).boxed().toList());
            filters.add(1 + random.nextInt(24));
        }

        final Normalization normalization = random.nextBoolean() ? Normalization.INSTANCE : Normalization.GROUP;
        final UNetTopology topology = new UNetTopology(dimensions, 1 + random.nextInt(3), 2 + random.nextInt(3), kernels, strides, filters, normalization, 1 + random.nextInt(4),
                0.01 + 0.1 * random.nextInt(2), false, random.nextInt(levels - 1));
        final long[] sizes = new long[2 + dimensions];
        sizes[0] = 1 + random.nextInt(3);
        sizes[1] = topology.inputChannels();
        for (int axis = 0; axis < dimensions; axis++) {
            sizes[2 + axis] = (3L + random.nextInt(3)) * topology.reduction()[axis];
        }

        return new Trial(topology, sizes);
    }

    @Property(tries = 20)
    void gradientsOfAnyNetworkAreThoseOfDifferentiation(@ForAll("trials") final Trial trial, @ForAll final HeadSize heads, @ForAll final Random random) {
        final UNetTopology topology = trial.topology();
        final NetworkWeights weights = weights(topology, random);
        final TrainingMethod method = heads == HeadSize.OWN ? TrainingMethod.of(Squares.OF_EVERY_HEAD, AdamW.withWeightDecay(1e-3), 12) : METHOD;
        try (TrainingReplica plain = open(new AutogradText(topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL), topology, weights, method);
                TrainingReplica fast = open(new SliceGradientText(topology, 0, WHOLE), topology, weights, method);
                TrainingReplica sideBySide = open(new SliceGradientText(topology, 0, SIDE_BY_SIDE), topology, weights, method);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, random, trial.sizes());
            final NDArray target = labels(work, random, topology.outputChannels(), trial.sizes());
            final NDList expected = plain.gradients(work, batch, target, 1);
            for (final TrainingReplica replica : List.of(fast, sideBySide)) {
                assertSameGradients(expected, replica.gradients(work, batch, target, 1), weights.names(), topology);
                // With the buffers of the first call, samples do go side by side.
                assertSameGradients(expected, replica.gradients(work, batch, target, 1), weights.names(), topology);
            }
        }
    }

    private static void assertSameGradients(final NDList expected, final NDList actual, final List<String> names, final UNetTopology topology) {
        assertEquals(expected.getFirst().getFloat(), actual.getFirst().getFloat(), 1e-5);
        assertEquals(expected.size(), actual.size());
        for (int i = 1; i < expected.size(); i++) {
            assertEquals(expected.get(i).getShape(), actual.get(i).getShape());
            assertNear(expected.get(i).toFloatArray(), actual.get(i).toFloatArray(), names.get(i - 1) + " of " + topology);
        }
    }

    /** Scales and shifts that differ from those of an untrained network, the scales of both signs. */
    private static NetworkWeights weights(final UNetTopology topology, final Random random) {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (final NetworkWeights.Entry entry : NetworkWeights.initial(topology, random).entries()) {
            final float[] values = entry.values().clone();
            if (entry.shape().length == 1) {
                final boolean isScale = entry.name().contains("norm") && entry.name().endsWith("weight");
                for (int i = 0; i < values.length; i++) {
                    values[i] = isScale ? (random.nextBoolean() ? 1 : -1) * (0.3F + random.nextFloat()) : 0.3F * (float) random.nextGaussian();
                }
            }

            entries.add(new NetworkWeights.Entry(entry.name(), entry.shape(), values, entry.isParameter()));
        }

        return new NetworkWeights(entries);
    }

    private TrainingReplica open(final GradientText gradients, final UNetTopology topology, final NetworkWeights weights) {
        return open(gradients, topology, weights, METHOD);
    }

    private TrainingReplica open(final GradientText gradients, final UNetTopology topology, final NetworkWeights weights, final TrainingMethod method) {
        final TrainingReplica replica = TrainingReplica.open(engine, ComputeDevice.CPU, topology, new TrainingText(gradients, method).methods());
        replica.replaceWeights(weights);
        return replica;
    }

    private static NDArray noise(final NDManager manager, final Random random, final long... sizes) {
        final Shape shape = new Shape(sizes);
        final float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return manager.create(values, shape);
    }

    private static NDArray labels(final NDManager manager, final Random random, final int classes, final long... sizes) {
        final long[] single = sizes.clone();
        single[1] = 1;
        final Shape shape = new Shape(single);
        final float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(classes);
        }

        return manager.create(values, shape).toType(DataType.UINT8, false);
    }

    /** Within 1 % of the gradient's length: both are that far from the true one where normalizations of few voxels amplify rounding. */
    private static void assertNear(final float[] expected, final float[] actual, final String what) {
        double length = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            length += (double) expected[i] * expected[i];
            difference += Math.pow((double) expected[i] - actual[i], 2);
        }

        final double limit = 1e-2 * Math.sqrt(length) + 1e-5;
        final double distance = Math.sqrt(difference);
        assertTrue(distance <= limit, () -> "%s differs by %s, its length is %s".formatted(what, distance, limit));
    }

    private static UNetTopology uniform(final Normalization normalization, final double slope, final boolean residual) {
        return new UNetTopology(3, 1, 2, Collections.nCopies(3, List.of(3, 3, 3)), List.of(List.of(1, 1, 1), List.of(2, 2, 2), List.of(2, 2, 2)), List.of(4, 6, 8), normalization, 2, slope,
                residual, 1);
    }

    @Test
    void lossAndGradientsAreThoseOfMonai() throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read("iso3d_small_ds2");
        final NpzFile gradients = GoldenNetwork.file("iso3d_small_ds2_grads.npz");
        final TrainingMethod method = TrainingMethod.of(TrainingNetworkTest.DICE_AND_CROSS_ENTROPY, AdamW.withWeightDecay(0.1), 0);
        try (TrainingReplica replica = open(new SliceGradientText(golden.topology(), 0, WHOLE), golden.topology(), golden.weights(), method);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDList computed = replica.gradients(work, golden.tensor(work, "input"), golden.tensor(work, "label"), 1);
            assertEquals(golden.arrays().get("loss").floats()[0], computed.getFirst().getFloat(), 6e-6);
            final List<String> names = golden.weights().names();
            for (int i = 0; i < names.size(); i++) {
                Tolerance.assertClose(gradients.get(names.get(i)).floats(), computed.get(i + 1).toFloatArray(), 1e-3, 1e-5, names.get(i));
            }
        }
    }

    @Test
    void samplesOfLittleWorkAreLeftToDifferentiation() {
        final UNetTopology topology = uniform(Normalization.INSTANCE, 0.01, false);
        final NetworkWeights weights = weights(topology, new Random(1));
        // The finest level's convolutions alone are 4 + 16 + 32 + 16 pairs of channels, 27 multiplications each, on 4096 voxels.
        final double finest = 68 * 27 * 4096.0;
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDList plain = gradients(work, new AutogradText(topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL), topology, weights);
            final NDList little = gradients(work, new SliceGradientText(topology, 2 * finest, WHOLE), topology, weights);
            final NDList much = gradients(work, new SliceGradientText(topology, finest, WHOLE), topology, weights);
            final int kernel = 1 + weights.names().indexOf("input_block.conv1.conv.weight");
            assertArrayEquals(plain.get(kernel).toFloatArray(), little.get(kernel).toFloatArray(), 1e-7F);
            assertFalse(Arrays.equals(plain.get(kernel).toFloatArray(), much.get(kernel).toFloatArray()), "rounded in another way");
        }
    }

    private NDList gradients(final NDManager work, final GradientText text, final UNetTopology topology, final NetworkWeights weights) {
        try (TrainingReplica replica = open(text, topology, weights)) {
            return replica.gradients(work, noise(work, new Random(2), 1, 1, 16, 16, 16), labels(work, new Random(3), 2, 1, 1, 16, 16, 16), 1);
        }
    }

    /** Depths 12 and 11 lie in buffers of one size. */
    @Test
    void aBatchOfAnotherSizeFindsNothingOfTheOneBefore() {
        final UNetTopology topology = new UNetTopology(3, 1, 2, Collections.nCopies(2, List.of(3, 3, 3)), List.of(List.of(1, 1, 1), List.of(1, 2, 2)), List.of(4, 6),
                Normalization.INSTANCE, 2, 0.01, false, 0);
        final NetworkWeights weights = weights(topology, new Random(5));
        try (TrainingReplica used = open(new SliceGradientText(topology, 0, SIDE_BY_SIDE), topology, weights); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            for (final long[] sizes : List.of(new long[] {2, 1, 12, 10, 8}, new long[] {1, 1, 11, 10, 8}, new long[] {3, 1, 11, 10, 8}, new long[] {3, 1, 11, 8, 10})) {
                final NDArray batch = noise(work, new Random(6), sizes);
                final NDArray target = labels(work, new Random(7), 2, sizes);
                try (TrainingReplica fresh = open(new SliceGradientText(topology, 0, SIDE_BY_SIDE), topology, weights)) {
                    final NDList expected = fresh.gradients(work, batch, target, 1);
                    final NDList actual = used.gradients(work, batch, target, 1);
                    for (int i = 0; i < expected.size(); i++) {
                        assertArrayEquals(expected.get(i).toFloatArray(), actual.get(i).toFloatArray(), 1e-6F, Arrays.toString(sizes) + " " + i);
                    }
                }
            }
        }
    }

    @Test
    void gradientsAreTheSameAfterTheirMemoryWasGivenUp() {
        final UNetTopology topology = uniform(Normalization.GROUP, 0.01, false);
        try (TrainingReplica replica = open(new SliceGradientText(topology, 0, SIDE_BY_SIDE), topology, weights(topology, new Random(8))); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, new Random(2), 1, 1, 16, 16, 16);
            final NDArray target = labels(work, new Random(3), 2, 1, 1, 16, 16, 16);
            final NDList before = replica.gradients(work, batch, target, 1);
            replica.release();
            final NDList after = replica.gradients(work, batch, target, 1);
            for (int i = 0; i < before.size(); i++) {
                assertArrayEquals(before.get(i).toFloatArray(), after.get(i).toFloatArray(), 1e-6F, "gradient " + i);
            }
        }
    }

    @Test
    void scalesNearZeroAreLeftToDifferentiation() {
        final UNetTopology topology = uniform(Normalization.INSTANCE, 0.01, false);
        final NetworkWeights weights = weights(topology, new Random(1));
        weights.entry("downsamples.0.norm1.weight").values()[2] = 0;
        try (TrainingReplica plain = open(new AutogradText(topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL), topology, weights);
                TrainingReplica fast = open(new SliceGradientText(topology, 0, WHOLE), topology, weights);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, new Random(2), 2, 1, 16, 16, 16);
            final NDArray target = labels(work, new Random(3), 2, 2, 1, 16, 16, 16);
            final NDList expected = plain.gradients(work, batch, target, 1);
            final NDList actual = fast.gradients(work, batch, target, 1);
            for (int i = 0; i < expected.size(); i++) {
                Tolerance.assertClose(expected.get(i).toFloatArray(), actual.get(i).toFloatArray(), 1e-4, 1e-6, "gradient " + i);
            }
        }
    }

    @Test
    void whatTheWayBackDoesNotCoverIsDifferentiated() {
        for (final UNetTopology topology : List.of(uniform(Normalization.BATCH, 0.01, false), uniform(Normalization.INSTANCE, 0, false), uniform(Normalization.INSTANCE, 0.01, true))) {
            assertInstanceOf(AutogradText.class, SliceGradientText.fastest(engine, topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL), topology.toString());
        }

        final UNetTopology covered = uniform(Normalization.GROUP, 0.01, false);
        assertInstanceOf(SliceGradientText.class, SliceGradientText.fastest(engine, covered, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL));
        assertInstanceOf(AutogradText.class, SliceGradientText.fastest(engine, covered, ComputeDevice.CPU, Precision.BF16, TrainedLayers.ALL));
        assertInstanceOf(AutogradText.class, SliceGradientText.fastest(engine, covered, ComputeDevice.CPU, Precision.FP32, TrainedLayers.OUTPUTS));
        assertInstanceOf(AutogradText.class, SliceGradientText.fastest(engine, covered, new ComputeDevice("cuda:0"), Precision.FP32, TrainedLayers.ALL));
    }

    @Test
    void aTrainingEndsAtTheSameLossInEitherWay() {
        final UNetTopology topology = uniform(Normalization.INSTANCE, 0.01, false);
        final NetworkWeights weights = NetworkWeights.initial(topology, new Random(4));
        try (TrainingReplica plain = open(new AutogradText(topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL), topology, weights);
                TrainingReplica fast = open(new SliceGradientText(topology, 0, WHOLE), topology, weights)) {
            final double[] expected = train(plain, topology);
            final double[] actual = train(fast, topology);
            assertTrue(expected[expected.length - 1] < 0.7 * expected[0], "the loss falls");
            assertArrayEquals(expected, actual, 2e-3);
        }
    }

    /** Separates the bright voxels from the dark ones, by gradient descent. */
    private double[] train(final TrainingReplica replica, final UNetTopology topology) {
        final double[] losses = new double[30];
        final int parameters = WeightLayout.parameters(topology);
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            for (int step = 0; step < losses.length; step++) {
                final NDArray batch = noise(work, new Random(step), 2, 1, 12, 16, 8);
                final NDList gradients = replica.gradients(work, batch, batch.gt(0).toType(DataType.UINT8, false), 1);
                losses[step] = gradients.getFirst().getFloat();
                for (int i = 0; i < parameters; i++) {
                    replica.weights().get(i).subi(gradients.get(i + 1).mul(0.5F));
                }
            }
        }

        return losses;
    }
}
