/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.network.AdamW;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.OptimizerSource;
import io.github.nnunet.network.ScriptArgument;
import io.github.nnunet.network.ScriptModule;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

/** Steps of the optimisers against golden trajectories, to 1e-6. */
class OptimizerTest {
    private static final double TOLERANCE = 1e-6;
    private static final int STEPS = 5;
    private static final List<String> PARAMETERS = List.of("c1.weight", "n.weight", "n.bias", "c2.weight", "c2.bias");

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    /** Parameters after each step, with the gradients of the golden file. */
    private static void follow(final OptimizerSource optimizer, final double rate, final int steps, final String trajectory) throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/optim/trajectories.npz");
        final String text = """
                def apply(self: __torch__.Work, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor], count: Tensor, rate: Tensor) -> Tensor:
                  _0 = torch.add_(count, 1)
                  _1 = (self).update(parameters, gradients, state, [%s], rate, )
                  return rate
                """.formatted(String.join(", ", PARAMETERS.stream().map(name -> "count").toList())) + optimizer.methods();
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, text); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDList parameters = arrays(work, golden, "init");
            final NDList state = new NDList();
            for (int kind = 0; kind < optimizer.stateTensors(); kind++) {
                parameters.forEach(parameter -> state.add(work.zeros(parameter.getShape())));
            }

            final NDArray count = work.zeros(new Shape());
            for (int step = 0; step < steps; step++) {
                script.call(work, "apply", ScriptArgument.of(parameters), ScriptArgument.of(arrays(work, golden, "grad_step" + step)), ScriptArgument.of(state),
                        ScriptArgument.of(count), ScriptArgument.of(work.create((float) rate)));
                for (int i = 0; i < PARAMETERS.size(); i++) {
                    final float[] expected = golden.get("%s__step%d__%s".formatted(trajectory, step + 1, PARAMETERS.get(i))).floats();
                    assertArrayEquals(expected, parameters.get(i).toFloatArray(), (float) TOLERANCE, "step %d, %s".formatted(step + 1, PARAMETERS.get(i)));
                }
            }
        }
    }

    private static NDList arrays(final NDManager manager, final NpzFile golden, final String prefix) {
        final NDList arrays = new NDList();
        for (final String name : PARAMETERS) {
            final NpyFile array = golden.get("%s__%s".formatted(prefix, name));
            final long[] sizes = new long[array.shape().length];
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] = array.shape()[axis];
            }

            arrays.add(manager.create(array.floats(), new Shape(sizes)));
        }

        return arrays;
    }

    @Test
    void adamFollowsTheReference() throws IOException {
        follow(AdamW.withWeightDecay(1e-4), 8e-4, STEPS, "FusedAdam_lr8e-4_wd1e-4");
    }

    /** The golden gradients are those of Adam's trajectory, so that only the first step is another optimiser's too. */
    @Test
    void firstStepOfSgdIsTheReferences() throws IOException {
        follow(new SgdMomentum(0.99, 1e-4), 0.01, 1, "torch_SGD_lr1e-2_mom0.99_wd1e-4");
        follow(new SgdMomentum(0.99, 0), 0.01, 1, "torch_SGD_lr1e-2_mom0.99");
    }

    @Test
    void sgdKeepsItsMomentum() {
        final double[] gradients = {1, -2, 0.5};
        double weight = 3;
        double speed = 0;
        final String text = """
                def apply(self: __torch__.Work, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor], rate: Tensor) -> Tensor:
                  _1 = (self).update(parameters, gradients, state, [], rate, )
                  return rate
                """ + new SgdMomentum(0.9, 0.1).methods();
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, text); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDList parameters = new NDList(work.create(new float[] {3}));
            final NDList state = new NDList(work.zeros(new Shape(1)));
            for (final double gradient : gradients) {
                script.call(work, "apply", ScriptArgument.of(parameters), ScriptArgument.of(new NDList(work.create(new float[] {(float) gradient}))),
                        ScriptArgument.of(state), ScriptArgument.of(work.create(0.05f)));
                speed = 0.9 * speed + gradient + 0.1 * weight;
                weight -= 0.05 * speed;
                assertArrayEquals(new float[] {(float) weight}, parameters.get(0).toFloatArray(), (float) TOLERANCE);
            }
        }
    }
}
