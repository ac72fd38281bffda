/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

/** What a loss is handed, which the losses of this test return. */
class LossTextTest {
    private static final String EVERYTHING = """
            def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
              flat = annotate(List[Tensor], [])
              for i in range(torch.len(outputs)):
                _0 = torch.append(flat, torch.reshape(outputs[i], [-1]))
              return torch.cat(flat)
            """;

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    /** A loss that says how large heads should be. */
    private record Loss(HeadSize headSize) implements LossSource {

        @Override
        public String methods() {
            return EVERYTHING;
        }
    }

    private static float[] seen(final LossSource loss, final Shape full, final Shape coarse, final float... head) {
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, LossText.methods(loss)); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray finest = work.zeros(full);
            final NDList outputs = new NDList(finest, work.create(head, coarse));
            return script.call(work, "supervised_loss", ScriptArgument.of(outputs), ScriptArgument.of(finest)).singletonOrThrow().toFloatArray();
        }
    }

    @Test
    void headsAreEnlargedByNearestNeighbourUnlessALossSaysOtherwise() {
        final LossSource silent = () -> EVERYTHING;
        final float[] inPlane = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2};
        assertArrayEquals(inPlane, seen(silent, new Shape(1, 1, 2, 4), new Shape(1, 1, 1, 2), 1, 2));
        assertArrayEquals(inPlane, seen(new Loss(HeadSize.ENLARGED), new Shape(1, 1, 2, 4), new Shape(1, 1, 1, 2), 1, 2));
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 3, 4, 3, 4}, seen(silent, new Shape(1, 1, 2, 2, 2), new Shape(1, 1, 2, 1, 2), 1, 2, 3, 4));
    }

    @Test
    void aLossGetsHeadsAtTheirOwnSizeIfItWantsThem() {
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2}, seen(new Loss(HeadSize.OWN), new Shape(1, 1, 2, 4), new Shape(1, 1, 1, 2), 1, 2));
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, seen(new Loss(HeadSize.OWN), new Shape(1, 1, 2, 2, 2), new Shape(1, 1, 2, 1, 2), 1, 2, 3, 4));
    }
}
