/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class NetworkFormTest {

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso3d_instance", "iso3d_small_instance", "iso3d_small_res", "iso3d_small_ds2_eval", "iso3d_small_batch", "iso3d_small_group4", "aniso3d_instance", "d2_instance"})
    void everyFormComputesTheLogitsOfMonai(final String name) throws IOException {
        final GoldenNetwork golden = name.equals("iso3d_small_ds2_eval") ? withWeightsOf(name, "iso3d_small_ds2") : GoldenNetwork.read(name);
        for (final NetworkForm form : List.of(new PlainForm(golden.topology()), new SliceForm(golden.topology(), 1))) {
            try (SegmentationNetwork network = ScriptNetwork.open(engine, ComputeDevice.CPU, form, golden.weights()); NDManager work = engine.newManager(ComputeDevice.CPU)) {
                final NDArray logits = network.forward(work, golden.tensor(work, "input"));
                Tolerance.assertClose(golden.arrays().get("output_eval").floats(), logits.toFloatArray(), 0, 1e-4, name + " as " + form.getClass().getSimpleName());
            }
        }
    }

    private static GoldenNetwork withWeightsOf(final String name, final String trained) throws IOException {
        final GoldenNetwork network = GoldenNetwork.read(trained);
        return new GoldenNetwork(name, network.topology(), network.weights(), GoldenNetwork.file(name + ".npz"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void theFastFormAgreesWithThePlainOneOnBatchesAndAnisotropicStrides(final int dimensions) {
        final List<List<Integer>> kernels = dimensions == 3 ? List.of(List.of(1, 3, 3), List.of(3, 3, 3), List.of(3, 3, 3)) : List.of(List.of(1, 3), List.of(3, 3), List.of(3, 3));
        final List<List<Integer>> strides = dimensions == 3 ? List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 1, 2)) : List.of(List.of(1, 1), List.of(1, 2), List.of(2, 2));
        final UNetTopology topology = new UNetTopology(dimensions, 2, 4, kernels, strides, List.of(8, 12, 16), Normalization.INSTANCE, 16, 0.02, true, 0);
        final NetworkWeights weights = NetworkWeights.initial(topology, new Random(5));
        try (SegmentationNetwork plain = ScriptNetwork.open(engine, ComputeDevice.CPU, new PlainForm(topology), weights);
                SegmentationNetwork fast = ScriptNetwork.open(engine, ComputeDevice.CPU, new SliceForm(topology, 1), weights);
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final Shape shape = dimensions == 3 ? new Shape(3, 2, 6, 8, 12) : new Shape(3, 2, 8, 12);
            final NDArray batch = work.randomNormal(shape);
            final float[] before = batch.toFloatArray();
            final NDArray logits = fast.forward(work, batch);
            Tolerance.assertClose(plain.forward(work, batch).toFloatArray(), logits.toFloatArray(), 0, 1e-4, "logits");
            assertEquals(4, logits.getShape().get(1));
            assertArrayEquals(before, batch.toFloatArray());
        }
    }

    @Test
    void manyForwardsLeaveNoTensorsBehind() {
        final UNetTopology topology = new UNetTopology(3, 1, 2, List.of(List.of(3, 3, 3), List.of(3, 3, 3)), List.of(List.of(1, 1, 1), List.of(2, 2, 2)), List.of(4, 8),
                Normalization.INSTANCE, 16, 0.01, false, 0);
        try (SegmentationNetwork network = new NetworkLoader(engine).open(topology, NetworkWeights.initial(topology, new Random(1)), ComputeDevice.CPU);
                NDManager parent = engine.newManager(ComputeDevice.CPU)) {
            final int before = parent.getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                try (NDManager work = parent.newSubManager()) {
                    assertEquals(new Shape(1, 2, 16, 16, 16), network.forward(work, work.zeros(new Shape(1, 1, 16, 16, 16))).getShape());
                }
            }

            assertEquals(before, parent.getManagedArrays().size());
        }
    }

    @Test
    void weightsOutliveTheJavaMemoryThatTheyCameFrom() throws IOException {
        final GoldenNetwork golden = GoldenNetwork.read("iso3d_small_ds2");
        try (SegmentationNetwork network = ScriptNetwork.open(engine, ComputeDevice.CPU, new PlainForm(golden.topology()), golden.weights());
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray input = golden.tensor(work, "input");
            final float[] first = network.forward(work, input).toFloatArray();
            for (int round = 0; round < 3; round++) {
                System.gc();
                // Takes the memory that the collection freed.
                work.randomNormal(new Shape(1 << 18));
                work.create(first.clone());
                assertArrayEquals(first, network.forward(work, input).toFloatArray());
            }
        }
    }
}
