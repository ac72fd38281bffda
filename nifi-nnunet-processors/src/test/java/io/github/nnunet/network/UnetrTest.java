/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.NpzFile;
import io.github.nnunet.ReferencePython;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Golden values are those of MONAI 1.0.0: see src/test/reference/unetr_golden.py. */
class UnetrTest {

    private static final String FOLDER = "/golden/unetr/";
    private static final UnetrTopology TOPOLOGY = new UnetrTopology(new Shape(16, 32, 16), 1, 3, 2, 4, 6, 2, Normalization.INSTANCE, 16, 0.01);
    private static final LossSource MEAN_SQUARE = () -> """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              return torch.mean(torch.mul(torch.sub(outputs[0], target), torch.sub(outputs[0], target)))
            """;

    private static TorchEngine engine;
    private static NpzFile golden;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException, IOException {
        engine = TorchEngine.start(TorchSettings.defaults());
        golden = NpzFile.resource(FOLDER + "unetr.npz");
    }

    private static NetworkWeights weights() throws IOException {
        final NpzFile stored = NpzFile.resource(FOLDER + "unetr_weights.npz");
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (final String name : stored.names()) {
            entries.add(new NetworkWeights.Entry(name, Arrays.stream(stored.get(name).shape()).asLongStream().toArray(), stored.get(name).floats(), true));
        }

        return new NetworkWeights(entries);
    }

    private static NDArray input(final NDManager manager) {
        final NpyFile stored = golden.get("input");
        return manager.create(stored.floats()).reshape(Arrays.stream(stored.shape()).asLongStream().toArray());
    }

    private static TrainingNetwork training(final UnetrTopology topology, final NetworkWeights weights) {
        return TrainingNetwork.open(engine, ComputeDevice.CPU, topology, weights, MEAN_SQUARE, AdamW.withWeightDecay(0), 0);
    }

    @Test
    void weightsHaveTheNamesAndShapesOfMonai() throws IOException {
        final NetworkWeights stored = weights();
        assertEquals(stored.names(), stored.fittedTo(TOPOLOGY).names().stream().sorted().toList());
    }

    @Test
    void everyFormComputesWhatMonaiDoes() throws IOException {
        for (final NetworkForm form : List.of(new PlainForm(TOPOLOGY), new CpuUnetrForm(TOPOLOGY))) {
            try (SegmentationNetwork network = ScriptNetwork.open(engine, ComputeDevice.CPU, form, weights()); NDManager work = engine.newManager(ComputeDevice.CPU)) {
                final NDArray batch = input(work);
                Tolerance.assertClose(golden.get("logits").floats(), network.forward(work, batch).toFloatArray(), 0, 1e-4, form.toString());
                Tolerance.assertClose(golden.get("input").floats(), batch.toFloatArray(), 0, 0, "input");
            }
        }
    }

    /** Rounding to 8 bits in each of thirty convolutions, and to 11. */
    @ParameterizedTest
    @CsvSource({"BF16, 0.25", "FP16, 0.03"})
    void convolutionsInSixteenBitsComputeTheSameToTheirRounding(final Precision precision, final double tolerance) throws IOException {
        try (SegmentationNetwork network = ScriptNetwork.open(engine, ComputeDevice.CPU, new HalfForm(TOPOLOGY, precision), weights());
                NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final float[] logits = network.forward(work, input(work)).toFloatArray();
            Tolerance.assertClose(golden.get("logits").floats(), logits, 0, tolerance, "logits");
            assertFalse(Arrays.equals(golden.get("logits").floats(), logits));
        }
    }

    @Test
    void sixteenBitsTrain() throws IOException {
        final TrainingMethod method = TrainingMethod.of(MEAN_SQUARE, AdamW.withWeightDecay(0), 0).withPrecision(Precision.BF16);
        try (TrainingNetwork network = TrainingNetwork.open(engine, List.of(ComputeDevice.CPU), TOPOLOGY, weights(), method); NDManager work = network.newManager()) {
            final double before = network.step(input(work), input(work), 0.01);
            assertEquals(golden.get("loss").floats()[0], before, 0.02);
            assertTrue(network.loss(input(work), input(work)) < before);
        }
    }

    @Test
    void lossAndGradientsAreThoseOfMonai() throws IOException {
        final NpzFile gradients = NpzFile.resource(FOLDER + "unetr_grads.npz");
        try (TrainingNetwork network = training(TOPOLOGY, weights()); NDManager work = network.newManager()) {
            final NDList computed = network.gradients(work, input(work), input(work));
            assertEquals(golden.get("loss").floats()[0], computed.getFirst().getFloat(), 1e-5);
            final List<String> names = network.weights().names();
            for (int i = 0; i < names.size(); i++) {
                Tolerance.assertClose(gradients.get(names.get(i)).floats(), computed.get(i + 1).toFloatArray(), 1e-3, 2e-6, names.get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Normalization.class)
    void aFewStepsLowerTheLoss(final Normalization normalization) {
        final UnetrTopology topology = new UnetrTopology(new Shape(16, 16, 16), 1, 2, 4, 8, 16, 2, normalization, 16, 0.01);
        try (TrainingNetwork network = training(topology, NetworkWeights.initial(topology, new Random(4))); NDManager work = network.newManager()) {
            final NDArray batch = work.create(noise(2 * 4096)).reshape(2, 1, 16, 16, 16);
            final double before = network.step(batch, batch, 0.01);
            double after = before;
            for (int step = 0; step < 8; step++) {
                after = network.step(batch, batch, 0.01);
            }

            assertTrue(after < 0.9 * before, "%s to %s".formatted(before, after));
            final double scored = network.loss(batch, batch);
            assertTrue(scored < after, "%s to %s".formatted(after, scored));
        }
    }

    private static float[] noise(final int count) {
        final Random random = new Random(5);
        final float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return values;
    }

    @Test
    void untrainedWeightsAreSpreadAsMonaiSpreadsThem() {
        final NetworkWeights initial = NetworkWeights.initial(TOPOLOGY, new Random(6));
        assertSpread(initial, "vit.patch_embedding.patch_embeddings.weight", 1 / 64.);
        assertSpread(initial, "vit.blocks.11.mlp.linear2.weight", 1 / Math.sqrt(6));
        assertSpread(initial, "decoder5.conv_block.conv1.conv.weight", 1 / Math.sqrt(32 * 27));
        assertSpread(initial, "decoder5.transp_conv.conv.weight", 1 / Math.sqrt(16 * 8));
        assertEquals(1, initial.entry("vit.norm.weight").values()[0]);
        assertEquals(0, initial.entry("encoder1.layer.norm3.bias").values()[0]);
        final UnetrTopology wide = new UnetrTopology(new Shape(64, 64, 64), 1, 1, 1, 64, 1, 1, Normalization.INSTANCE, 16, 0.01);
        assertEquals(0.02, deviation(NetworkWeights.initial(wide, new Random(7)).entry("vit.patch_embedding.position_embeddings").values()), 1e-3);
    }

    /** A uniform distribution within a bound has a deviation of the bound over the root of 3. */
    private static void assertSpread(final NetworkWeights weights, final String name, final double bound) {
        final float[] values = weights.entry(name).values();
        for (final float value : values) {
            assertTrue(Math.abs(value) <= bound, name);
        }

        assertEquals(bound / Math.sqrt(3), deviation(values), 0.25 * bound, name);
    }

    private static double deviation(final float[] values) {
        double squares = 0;
        for (final float value : values) {
            squares += (double) value * value;
        }

        return Math.sqrt(squares / values.length);
    }

    private static SegmentationModel model() throws IOException {
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "shell"), new LabelClass(2, "core"));
        final Plan plan = new Plan("", "Blocks", 3, Modality.MRI, List.of("T1"), classes, new Spacing(1, 1, 1), new Shape(16, 32, 16), Optional.empty(), false);
        return new SegmentationModel(plan, TOPOLOGY, weights(), "{}");
    }

    @Test
    void aModelFileKeepsTheArchitecture() throws IOException, CaseException {
        final Path file = folder.resolve("model.pt");
        ModelFile.write(file, model());
        assertEquals(TOPOLOGY, ModelFile.read(file).topology());
        try (SegmentationNetwork network = new NetworkLoader(engine).load(file, ComputeDevice.CPU); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            Tolerance.assertClose(golden.get("logits").floats(), network.forward(work, input(work)).toFloatArray(), 0, 1e-4, "logits");
        }
    }

    @Test
    void pythonOpensAModelFileAndPredictsTheSame() throws IOException, InterruptedException {
        ReferencePython.require("torch", "numpy");
        final Path file = folder.resolve("model.pt");
        ModelFile.write(file, model());
        try (OutputStream out = Files.newOutputStream(folder.resolve("input.npy"))) {
            NpyFile.writeFloats(out, golden.get("input").shape(), golden.get("input").floats());
        }

        final String names = ReferencePython.run("open_model_file.py", file, folder.resolve("input.npy"), folder.resolve("logits.npy"));
        assertEquals(weights().names(), names.lines().sorted().toList());
        Tolerance.assertClose(golden.get("logits").floats(), NpyFile.read(folder.resolve("logits.npy")).floats(), 0, 1e-4, "logits");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "24 | 4 | 2 | 2 | cubes of 16 voxels an edge, and the patch of 16x24x16 voxels is not a multiple",
        "32 | 4 | 3 | 2 | hidden size 4 of a UNETR cannot be shared evenly by 3 attention heads",
        "32 | 4 | 0 | 2 | hidden size 4 of a UNETR cannot be shared evenly by 0 attention heads",
        "32 | 4 | 2 | 0 | needs channels, groups, features"})
    void layersThatCannotBeAreRefused(final int height, final int hiddenSize, final int heads, final int features, final String reason) {
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> new UnetrTopology(new Shape(16, height, 16), 1, 3, features, hiddenSize, 6, heads, Normalization.INSTANCE, 16, 0.01));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }
}
