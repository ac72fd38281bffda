/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkLoaderTest {

    private static TorchEngine engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private static SegmentationNetwork load(final Path file) throws IOException, CaseException {
        return new NetworkLoader(engine).load(file, ComputeDevice.CPU);
    }

    private Path resource(final String name) throws IOException {
        final Path copy = folder.resolve(name);
        try (InputStream in = NetworkLoaderTest.class.getResourceAsStream("/network/" + name)) {
            Files.copy(in, copy);
        }

        return copy;
    }

    private static NDArray tensor(final NDManager manager, final NpyFile array) {
        return manager.create(array.floats(), new Shape(Arrays.stream(array.shape()).asLongStream().toArray()));
    }

    @Test
    void aUNetThatPythonExportedPredictsAsThere() throws IOException, CaseException {
        final NpyFile input = NpyFile.read(resource("exported_unet_input.npy"));
        final NpyFile logits = NpyFile.read(resource("exported_unet_logits.npy"));
        try (SegmentationNetwork network = load(resource("exported_unet.pt")); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            assertEquals(2, network.inputChannels());
            assertEquals(3, network.outputChannels());
            assertEquals(3, network.dimensions());
            Tolerance.assertClose(logits.floats(), network.forward(work, tensor(work, input)).toFloatArray(), 0, 1e-5, "logits");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void theSlidingWindowNetworksOpen(final int dimensions) throws IOException, CaseException {
        final NpzFile weights = NpzFile.read(SharedFolder.require("golden/sliding/net%dd_weights.npz".formatted(dimensions)));
        try (SegmentationNetwork network = load(SharedFolder.require("golden/sliding/net%dd.pt".formatted(dimensions)))) {
            assertEquals(dimensions, network.dimensions());
            assertEquals(weights.get("c1.weight").shape()[1], network.inputChannels());
            assertEquals(weights.get("c2.weight").shape()[0], network.outputChannels());
        }
    }

    @Test
    void aFileThatIsNoModelIsRefused() throws IOException {
        final Path file = Files.writeString(folder.resolve("scan.pt"), "not a model");
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> load(file)).category());
    }

    @Test
    void codeThatDoesNotCompileIsAnEngineFault() throws IOException {
        final Path file = folder.resolve("broken.pt");
        try (OutputStream out = Files.newOutputStream(file); TorchArchive archive = new TorchArchive(out)) {
            final byte[] object = new PickleWriter().global("__torch__", "Net").emptyTuple().newObject().emptyDictionary().mark().text("training").truth(false).setItems().build().finish();
            archive.module(object, "class Net(Module):\n  training : bool\n  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    return torch.no_such_thing(x)\n");
        }

        final CaseException refused = assertThrows(CaseException.class, () -> load(file));
        assertEquals(FaultCategory.ENGINE, refused.category());
        assertTrue(refused.getMessage().startsWith("broken.pt: "), refused.getMessage());
    }

    @Test
    void aModuleWithoutConvolutionsIsNotASegmentationNetwork() throws IOException {
        final Path file = folder.resolve("identity.pt");
        try (OutputStream out = Files.newOutputStream(file); TorchArchive archive = new TorchArchive(out)) {
            final byte[] object = new PickleWriter().global("__torch__", "Net").emptyTuple().newObject().emptyDictionary().mark().text("training").truth(false).setItems().build().finish();
            archive.module(object, "class Net(Module):\n  training : bool\n  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    return x\n");
        }

        assertEquals(FaultCategory.UNSUPPORTED, assertThrows(CaseException.class, () -> load(file)).category());
    }

    @Test
    void aBatchWithTheWrongChannelsFailsWithoutHarm() throws IOException, CaseException {
        try (SegmentationNetwork network = load(resource("exported_unet.pt")); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            assertThrows(EngineException.class, () -> network.forward(work, work.zeros(new Shape(1, 5, 8, 8, 8))));
            assertEquals(new Shape(1, 3, 8, 8, 8), network.forward(work, work.zeros(new Shape(1, 2, 8, 8, 8))).getShape());
        }
    }

    @Test
    void aBrokenFileMessageIsOneLine() {
        final String text = EngineMessage.of(new EngineException("The following operation failed\nTraceback\n  RuntimeError: wrong size\nmore"));
        assertEquals("RuntimeError: wrong size", text);
        assertEquals("out of memory", EngineMessage.of(new EngineException("\n  out of memory\nat frame 1")));
    }
}
