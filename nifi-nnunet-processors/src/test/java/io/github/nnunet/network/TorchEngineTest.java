/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.Test;

import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TorchEngineTest {

    @Test
    void libtorchStartsOnceAndSaysItsVersion() throws TorchUnavailableException {
        final TorchEngine engine = TorchEngine.start(TorchSettings.defaults());
        assertTrue(engine.version().startsWith("2."), engine.version());
        assertEquals(ComputeDevice.CPU, engine.devices().getFirst());
        assertEquals(engine.version(), TorchEngine.start(TorchSettings.defaults()).version());
    }

    @Test
    void threadsAreSet() throws TorchUnavailableException {
        final int before = TorchEngine.start(TorchSettings.defaults()).threads();
        assertEquals(2, TorchEngine.start(new TorchSettings(2, Optional.empty())).threads());
        assertEquals(before, TorchEngine.start(new TorchSettings(before, Optional.empty())).threads());
    }

    @Test
    void anotherCopyOfTheSoftwareIsToldToWaitForARestart() throws TorchUnavailableException {
        TorchEngine.start(TorchSettings.defaults());
        final String property = "io.github.nnunet.libtorch.owner";
        final String owner = System.getProperty(property);
        try {
            System.setProperty(property, "somebody else");
            final TorchUnavailableException refused = assertThrows(TorchUnavailableException.class, () -> TorchEngine.start(TorchSettings.defaults()));
            assertTrue(refused.getMessage().contains("restart NiFi"));
        } finally {
            System.setProperty(property, owner);
        }
    }

    @Test
    void devicesHaveNames() {
        assertEquals(new ComputeDevice("cuda:1"), new ComputeDevice("CUDA:1"));
        assertThrows(IllegalArgumentException.class, () -> new ComputeDevice("gpu"));
    }

    @Test
    void scriptsTakeTensorsAndListsAndReturnLists() throws TorchUnavailableException {
        final TorchEngine engine = TorchEngine.start(TorchSettings.defaults());
        final String text = """
                def sums(%s, x: Tensor, more: List[Tensor]) -> List[Tensor]:
                  return [torch.add(x, more[0]), torch.add(x, more[1])]
                def slope(%s, x: Tensor, more: List[Tensor]) -> Tensor:
                  leaf = torch.requires_grad_(torch.detach(x), True)
                  value = torch.sum(torch.mul(torch.mul(leaf, leaf), more[0]))
                  return torch._unwrap_optional(torch.grad([value], [leaf], None, None, False, False)[0])
                """.formatted(ScriptModule.SELF, ScriptModule.SELF);
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, text); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDList more = new NDList(work.create(new float[] {1, 2}), work.create(new float[] {10, 20}));
            final ScriptArgument x = ScriptArgument.of(work.create(new float[] {3, 4}));
            final NDList sums = script.call(work, "sums", x, ScriptArgument.of(more));
            assertArrayEquals(new float[] {4, 6}, sums.get(0).toFloatArray());
            assertArrayEquals(new float[] {13, 24}, sums.get(1).toFloatArray());
            final NDList slope = script.callWithGradients(work, "slope", x, ScriptArgument.of(more));
            assertEquals(new Shape(2), slope.singletonOrThrow().getShape());
            assertArrayEquals(new float[] {6, 16}, slope.singletonOrThrow().toFloatArray());
        }
    }
}
