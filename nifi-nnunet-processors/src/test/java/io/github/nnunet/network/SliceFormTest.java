/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The fast form computes what the plain one does, to rounding. */
class SliceFormTest {

    private static final double TOLERANCE = 2e-4;
    /** Of a layer, so that even the small networks of tests take Winograd's form. */
    private static final int ALWAYS = 0;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final SharedWorkText WHOLE = new SharedWorkText(1);
    /** Even the stages of small networks, in more parts than there may be cores. */
    private static final SharedWorkText DIVIDED = new SharedWorkText(3, 0);
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path STATUS = Path.of("/proc/self/status");

    private final TorchEngine engine;

    SliceFormTest() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    /** A network and the sizes of a batch for it. */
    private record Trial(UNetTopology topology, long[] sizes) {
    }

    @Provide
    Arbitrary<Trial> trials() {
        return Arbitraries.randomValue(SliceFormTest::trial);
    }

    private static Trial trial(final Random random) {
        final int dimensions = 2 + random.nextInt(2);
        final int levels = 2 + random.nextInt(3);
        final List<List<Integer>> kernels = new ArrayList<>();
        final List<List<Integer>> strides = new ArrayList<>();
        final List<Integer> filters = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            final boolean isFirst = level == 0;
            kernels.add(random.ints(dimensions, 0, 6).map(choice -> choice == 0 ? 1 : choice == 1 ? 5 : 3).boxed().toList());
            strides.add(random.ints(dimensions, 0, 4).map(choice -> isFirst || choice == 0 ? 1 : 2).boxed().toList());
            filters.add(1 + random.nextInt(20));
        }

        final Normalization normalization = Normalization.values()[random.nextInt(Normalization.values().length)];
        final UNetTopology topology = new UNetTopology(dimensions, 1 + random.nextInt(5), 1 + random.nextInt(4), kernels, strides, filters, normalization, 1 + random.nextInt(8),
                0.01 * random.nextInt(20), random.nextBoolean(), 0);
        final long[] sizes = new long[2 + dimensions];
        sizes[0] = 1 + random.nextInt(4);
        sizes[1] = topology.inputChannels();
        for (int axis = 0; axis < dimensions; axis++) {
            // Two voxels or more at the deepest level: of one, no statistics can be taken.
            sizes[2 + axis] = (2L + random.nextInt(dimensions == 2 ? 6 : 3)) * topology.reduction()[axis];
        }

        return new Trial(topology, sizes);
    }

    @Property(tries = 40)
    void logitsOfAnyNetworkAreThoseOfThePlainForm(@ForAll("trials") final Trial trial, @ForAll final Random random) {
        final NetworkWeights weights = weights(trial.topology(), random);
        try (SegmentationNetwork plain = open(new PlainForm(trial.topology()), weights);
                SegmentationNetwork transformed = open(new SliceForm(trial.topology(), ALWAYS, WHOLE), weights);
                SegmentationNetwork direct = open(new SliceForm(trial.topology(), NEVER, WHOLE), weights);
                SegmentationNetwork transformedInParts = open(new SliceForm(trial.topology(), ALWAYS, DIVIDED), weights);
                SegmentationNetwork directInParts = open(new SliceForm(trial.topology(), NEVER, DIVIDED), weights);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, random, trial.sizes());
            final float[] before = batch.toFloatArray();
            final NDArray expected = plain.forward(work, batch);
            for (final SegmentationNetwork fast : List.of(transformed, direct, transformedInParts, directInParts)) {
                final NDArray logits = fast.forward(work, batch);
                assertEquals(expected.getShape(), logits.getShape());
                assertSame(expected, logits, trial.topology().toString());
            }

            assertEquals(Arrays.hashCode(before), Arrays.hashCode(batch.toFloatArray()), "the batch is left as it is");
        }
    }

    /** Running averages that differ from the ones of an untrained network, and scales of both signs. */
    private static NetworkWeights weights(final UNetTopology topology, final Random random) {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (final NetworkWeights.Entry entry : NetworkWeights.initial(topology, random).entries()) {
            final float[] values = entry.values().clone();
            if (entry.shape().length == 1) {
                for (int i = 0; i < values.length; i++) {
                    values[i] += entry.name().endsWith("running_var") ? random.nextFloat() : 0.5F * (float) random.nextGaussian();
                }
            }

            entries.add(new NetworkWeights.Entry(entry.name(), entry.shape(), values, entry.isParameter()));
        }

        return new NetworkWeights(entries);
    }

    private SegmentationNetwork open(final NetworkForm form, final NetworkWeights weights) {
        return ScriptNetwork.open(engine, ComputeDevice.CPU, form, weights);
    }

    private static NDArray noise(final NDManager manager, final Random random, final long... sizes) {
        final Shape shape = new Shape(sizes);
        final float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return manager.create(values, shape);
    }

    /** Logits within the tolerance; the largest class the same, unless the plain form's two largest are nearer to each other than that. */
    private static void assertSame(final NDArray expected, final NDArray actual, final String what) {
        final float[] plain = expected.toFloatArray();
        final float[] fast = actual.toFloatArray();
        Tolerance.assertClose(plain, fast, 0, TOLERANCE, what);
        final int classes = (int) expected.getShape().get(1);
        final int voxels = plain.length / classes / (int) expected.getShape().get(0);
        for (int sample = 0; sample < plain.length; sample += classes * voxels) {
            for (int voxel = 0; voxel < voxels; voxel++) {
                final int mine = largest(fast, sample + voxel, classes, voxels);
                final int other = largest(plain, sample + voxel, classes, voxels);
                final float gap = plain[sample + voxel + other * voxels] - plain[sample + voxel + mine * voxels];
                assertTrue(mine == other || gap <= 2 * TOLERANCE, what);
            }
        }
    }

    private static int largest(final float[] logits, final int first, final int classes, final int step) {
        int best = 0;
        for (int candidate = 1; candidate < classes; candidate++) {
            if (logits[first + candidate * step] > logits[first + best * step]) {
                best = candidate;
            }
        }

        return best;
    }

    private static UNetTopology uniform(final List<Integer> filters, final Normalization normalization) {
        final int levels = filters.size();
        final List<List<Integer>> strides = new ArrayList<>(Collections.nCopies(levels, List.of(2, 2, 2)));
        strides.set(0, List.of(1, 1, 1));
        return new UNetTopology(3, 2, 3, Collections.nCopies(levels, List.of(3, 3, 3)), strides, filters, normalization, 4, 0.01, false, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso3d_instance", "iso3d_small_instance", "iso3d_small_res", "iso3d_small_ds2", "iso3d_small_batch", "iso3d_small_group4", "aniso3d_instance", "d2_instance"})
    void goldenNetworksHaveTheLogitsOfThePlainFormInWinogradsForm(final String name) throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read(name);
        try (SegmentationNetwork plain = open(new PlainForm(golden.topology()), golden.weights());
                SegmentationNetwork fast = open(new SliceForm(golden.topology(), ALWAYS, WHOLE), golden.weights());
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray input = golden.tensor(work, "input");
            assertSame(plain.forward(work, input), fast.forward(work, input), name);
        }
    }

    @Test
    void mapsThatAreWorkedOnInSeveralGroupsAndBlocksAreWhole() {
        final UNetTopology topology = uniform(List.of(16, 8), Normalization.GROUP);
        final NetworkWeights weights = weights(topology, new Random(4));
        try (SegmentationNetwork plain = open(new PlainForm(topology), weights); SegmentationNetwork fast = open(new SliceForm(topology, 1), weights);
                SegmentationNetwork divided = open(new SliceForm(topology, 2), weights); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, new Random(6), 1, 2, 42, 64, 62);
            assertSame(plain.forward(work, batch), fast.forward(work, batch), "logits");
            assertSame(plain.forward(work, batch), divided.forward(work, batch), "logits in parts");
        }
    }

    @Test
    void channelsFarFromZeroWithLittleSpreadKeepTheirDigits() {
        final UNetTopology topology = uniform(List.of(8, 8), Normalization.INSTANCE);
        final NetworkWeights weights = NetworkWeights.initial(topology, new Random(8));
        try (SegmentationNetwork plain = open(new PlainForm(topology), weights); SegmentationNetwork fast = open(new SliceForm(topology, ALWAYS, WHOLE), weights);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(work, new Random(9), 1, 2, 16, 16, 16).mul(0.05).add(3);
            assertSame(plain.forward(work, batch), fast.forward(work, batch), "logits");
        }
    }

    @Test
    void sizesThatTheNetworkCannotHalveAreRefused() {
        final UNetTopology topology = uniform(List.of(4, 4, 4), Normalization.INSTANCE);
        try (SegmentationNetwork network = open(new SliceForm(topology, ALWAYS, DIVIDED), NetworkWeights.initial(topology, new Random(1))); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            for (final long[] sizes : List.of(new long[] {1, 2, 10, 8, 8}, new long[] {1, 2, 8, 10, 8}, new long[] {1, 2, 8, 8, 9}, new long[] {1, 3, 8, 8, 8})) {
                final NDArray batch = work.zeros(new Shape(sizes));
                assertThrows(EngineException.class, () -> network.forward(work, batch), Arrays.toString(sizes));
            }
        }
    }

    @Test
    void threadsDoNotDisturbEachOther() throws InterruptedException, ExecutionException {
        final UNetTopology topology = uniform(List.of(8, 16), Normalization.INSTANCE);
        try (SegmentationNetwork network = open(new SliceForm(topology, ALWAYS, DIVIDED), NetworkWeights.initial(topology, new Random(2)));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            final List<float[]> alone = new ArrayList<>();
            for (int input = 0; input < 4; input++) {
                alone.add(forward(network, input));
            }

            final List<Future<float[]>> together = new ArrayList<>();
            for (int call = 0; call < 24; call++) {
                final int input = call % 4;
                together.add(threads.submit(() -> forward(network, input)));
            }

            for (int call = 0; call < together.size(); call++) {
                Tolerance.assertClose(alone.get(call % 4), together.get(call).get(), 0, 1e-5, "call " + call);
            }
        }
    }

    /** OpenMP names a thread after the one that started it. */
    @Test
    void partsHaveOneThreadEach() throws IOException {
        assumeTrue(Files.exists(TASKS), "threads are counted in /proc");
        final UNetTopology topology = uniform(List.of(16, 8), Normalization.INSTANCE);
        try (SegmentationNetwork network = open(new SliceForm(topology, ALWAYS, DIVIDED), NetworkWeights.initial(topology, new Random(4))); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            network.forward(work, noise(work, new Random(5), 1, 2, 32, 32, 32));
        }

        try (Stream<Path> threads = Files.list(TASKS)) {
            final long tasks = threads.filter(thread -> name(thread).startsWith("PTThreadPool")).count();
            assertTrue(tasks >= 1 && tasks <= JniUtils.getNumInteropThreads(), tasks + " threads");
        }
    }

    private static String name(final Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (final IOException ended) {
            return "";
        }
    }

    private float[] forward(final SegmentationNetwork network, final int seed) {
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            return network.forward(work, noise(work, new Random(seed), 1, 2, 16, 12, 20)).toFloatArray();
        }
    }

    /** One map of 20^3 and 16 channels is half a megabyte, of which a forward makes dozens. */
    @Test
    void nativeMemoryStaysFlatOverHundredsOfForwards() throws IOException {
        assumeTrue(Files.exists(STATUS), "resident memory is read from /proc");
        final UNetTopology topology = uniform(List.of(16, 8), Normalization.INSTANCE);
        try (SegmentationNetwork network = open(new SliceForm(topology, ALWAYS, DIVIDED), NetworkWeights.initial(topology, new Random(3))); NDManager parent = engine.newManager(ComputeDevice.CPU)) {
            final NDArray batch = noise(parent, new Random(1), 1, 2, 20, 20, 20);
            forwards(network, parent, batch, 40);
            final long before = residentKilobytes();
            forwards(network, parent, batch, 200);
            assertTrue(residentKilobytes() - before < 60_000, "grew by more than 0.3 MB a forward");
        }
    }

    private static void forwards(final SegmentationNetwork network, final NDManager parent, final NDArray batch, final int count) {
        for (int i = 0; i < count; i++) {
            try (NDManager work = parent.newSubManager()) {
                network.forward(work, batch);
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).findFirst().orElseThrow();
    }
}
