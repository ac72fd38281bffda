/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.ReferencePython;
import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ModelFileTest {

    @TempDir
    private Path folder;

    private static Plan plan() {
        return new Plan("04", "Hippocampus", 3, Modality.CT, List.of("MRI"), List.of(new LabelClass(0, "background"), new LabelClass(1, "Anterior"), new LabelClass(2, "Posterior")),
                new Spacing(1, 1, 1), new Shape(40, 56, 40), Optional.of(new CtStatistics(-10, 200.5, 80.25, 12)), false);
    }

    private static SegmentationModel small() {
        final UNetTopology topology = UNetTopology.plan(new Shape(8, 8, 8), new Spacing(1, 1, 1), TopologyOptions.defaults(3, 1, 3).withFilters(List.of(4, 6)));
        return new SegmentationModel(plan(), topology, NetworkWeights.initial(topology, new Random(2)), "{\"epochs\":3}");
    }

    @Test
    void aModelComesBackAsItWasWritten() throws IOException, CaseException {
        final Path file = folder.resolve("model.pt");
        final SegmentationModel model = small();
        ModelFile.write(file, model);
        final SegmentationModel read = ModelFile.read(file);
        assertEquals(model.plan(), read.plan());
        assertEquals(model.topology(), read.topology());
        assertEquals(model.trainingJson(), read.trainingJson());
        assertEquals(model.weights().names(), read.weights().names());
        for (final NetworkWeights.Entry entry : model.weights().entries()) {
            assertArrayEquals(entry.values(), read.weights().entry(entry.name()).values());
            assertArrayEquals(entry.shape(), read.weights().entry(entry.name()).shape());
        }

        assertEquals(Optional.of(model.plan()), ModelFile.readPlan(file));
    }

    @Test
    void theSameModelIsTheSameFile() throws IOException {
        ModelFile.write(folder.resolve("a.pt"), small());
        ModelFile.write(folder.resolve("b.pt"), small());
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.pt")), Files.readAllBytes(folder.resolve("b.pt")));
    }

    @Test
    void aChangedByteIsNoticed() throws IOException {
        final Path file = folder.resolve("model.pt");
        ModelFile.write(file, small());
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(file, bytes);
        final CaseException refused = assertThrows(CaseException.class, () -> ModelFile.read(file));
        assertEquals(FaultCategory.UNREADABLE, refused.category());
        assertTrue(refused.getMessage().startsWith("model.pt: "), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.5, 0.99})
    void aFileThatIsCutOffIsRefused(final double share) throws IOException {
        final Path file = folder.resolve("model.pt");
        ModelFile.write(file, small());
        final byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> ModelFile.read(file)).category());
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> ModelFile.readPlan(file)).category());
    }

    @Test
    void aZipOfSomethingElseIsRefusedWithAWordOnExport() throws IOException {
        final Path file = folder.resolve("state.pt");
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
        }

        final CaseException refused = assertThrows(CaseException.class, () -> ModelFile.read(file));
        assertTrue(refused.getMessage().contains("torch.jit.script"), refused.getMessage());
    }

    @Test
    void aFileThatIsNotThereIsNotABadModel() {
        assertThrows(IOException.class, () -> ModelFile.read(folder.resolve("none.pt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso3d_small_ds2", "iso3d_small_res_ds2", "iso3d_small_batch", "iso3d_small_group4", "d2_instance"})
    void pythonOpensAModelFileAndPredictsTheSame(final String name) throws IOException, InterruptedException, TorchUnavailableException {
        ReferencePython.require("torch", "numpy");
        final GoldenNetwork golden = GoldenNetwork.read(name);
        final Path file = folder.resolve("model.pt");
        ModelFile.write(file, new SegmentationModel(plan(), golden.topology(), golden.weights(), "{}"));
        final NpyFile input = golden.arrays().get("input");
        try (OutputStream out = Files.newOutputStream(folder.resolve("input.npy"))) {
            NpyFile.writeFloats(out, input.shape(), input.floats());
        }

        final String names = ReferencePython.run("open_model_file.py", file, folder.resolve("input.npy"), folder.resolve("logits.npy"));
        assertEquals(golden.weights().names().stream().sorted().toList(), names.lines().sorted().toList());
        final TorchEngine engine = TorchEngine.start(TorchSettings.defaults());
        try (SegmentationNetwork network = new NetworkLoader(engine).open(golden.topology(), golden.weights(), ComputeDevice.CPU); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final float[] ours = network.forward(work, golden.tensor(work, "input")).toFloatArray();
            Tolerance.assertClose(NpyFile.read(folder.resolve("logits.npy")).floats(), ours, 0, 1e-4, name);
        }
    }
}
