/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ScriptArgument;
import io.github.nnunet.network.ScriptModule;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Losses to 2e-6 relative, gradients to 1e-7 + 1e-4 relative, against what MONAI computes. */
class LossScriptTest {
    private static final double LOSS_TOLERANCE = 2e-6;
    private static final double GRADIENT_TOLERANCE = 1e-7;
    private static final double RELATIVE_GRADIENT_TOLERANCE = 1e-4;
    private static final String NVIDIA = "nvidia_monai1.1.0";
    private static final String FORK = "fork_monai0.8.0";
    private static final String GRADIENTS = """
            def gradients(self: __torch__.Work, logits: Tensor, target: Tensor) -> List[Tensor]:
              leaf = torch.requires_grad_(torch.detach(logits), True)
              value = (self).loss(%s, target, )
              slopes = torch.grad([value], [leaf], None, None, False, False)
              return [torch.detach(value), torch.contiguous(torch._unwrap_optional(slopes[0]))]
            """;

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    private record Result(double loss, float[] gradient) {
    }

    static Stream<Arguments> exclusiveLosses() {
        final List<String> cases = List.of("c3_3d", "c2_3d", "c4_2d", "c3_class2_absent", "c3_all_background", "c3_large_logits");
        return cases.stream().flatMap(name -> Stream.of(NVIDIA, FORK).flatMap(author -> Stream.of(false, true).map(focal -> Arguments.of(name, author, focal))));
    }

    @ParameterizedTest
    @MethodSource("exclusiveLosses")
    void diceWithASecondTermIsMonais(final String name, final String author, final boolean focal) throws IOException {
        final LossSettings settings = new LossSettings(focal, false, author.equals(FORK), true);
        compare(name, author, focal ? "DiceFocal" : "DiceCE", settings, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"brats", "brats_no_et", "brats_all_background", "brats_large"})
    void regionsOfBratsAreTheReferences(final String name) throws IOException {
        compare(name, NVIDIA, "BraTS", new LossSettings(false, true, false, true), 0);
        compare(name, NVIDIA, "BraTS_focal", new LossSettings(true, true, false, true), 0);
    }

    @Test
    void deepSupervisionWeighsEachHeadHalfOfTheOneBefore() throws IOException {
        compare("ds_c3", NVIDIA, "deep_supervision_DiceCE", LossSettings.defaults(), 2);
        compare("ds_c3", FORK, "deep_supervision_DiceCE", new LossSettings(false, false, true, true), 2);
        compare("ds_brats", NVIDIA, "deep_supervision_BraTS", new LossSettings(false, true, false, true), 2);
        compare("ds_brats", NVIDIA, "deep_supervision_BraTS_focal", new LossSettings(true, true, false, true), 2);
    }

    @Test
    void singleOutputWithFocalTermIsTheForks() throws IOException {
        compare("c1", FORK, "DiceFocal_no_back", new LossSettings(true, false, false, false), 0);
    }

    /** The fork's cross entropy of one output is always 0. */
    @Test
    void singleOutputAddsBinaryCrossEntropyToTheForksDice() throws IOException {
        final NpzFile inputs = NpzFile.resource("/golden/loss/inputs.npz");
        final float[] logits = inputs.get("c1__logits").floats();
        final byte[] labels = inputs.get("c1__label").bytes();
        double entropy = 0;
        for (int i = 0; i < logits.length; i++) {
            entropy += Math.log1p(Math.exp(labels[i] == 0 ? logits[i] : -logits[i])) / logits.length;
        }

        final double dice = NpzFile.resource("/golden/loss/%s.npz".formatted(FORK)).get("c1__DiceCE_no_back__loss").floats()[0];
        final Result result = evaluate("c1", new LossSettings(false, false, false, false), 0);
        assertEquals(dice + entropy, result.loss(), LOSS_TOLERANCE * (dice + entropy));
    }

    private static void compare(final String name, final String author, final String loss, final LossSettings settings, final int heads) throws IOException {
        final NpzFile golden = NpzFile.resource("/golden/loss/%s.npz".formatted(author));
        final Result result = evaluate(name, settings, heads);
        final double expected = golden.get("%s__%s__loss".formatted(name, loss)).floats()[0];
        assertEquals(expected, result.loss(), LOSS_TOLERANCE * Math.abs(expected), loss);
        final float[] gradient = golden.get("%s__%s__grad".formatted(name, loss)).floats();
        for (int i = 0; i < gradient.length; i++) {
            assertEquals(gradient[i], result.gradient()[i], GRADIENT_TOLERANCE + RELATIVE_GRADIENT_TOLERANCE * Math.abs(gradient[i]), loss + " gradient " + i);
        }
    }

    private static Result evaluate(final String name, final LossSettings settings, final int heads) throws IOException {
        final NpzFile inputs = NpzFile.resource("/golden/loss/inputs.npz");
        final NpyFile logits = inputs.get(name + "__logits");
        final NpyFile label = inputs.get(name + "__label");
        final int dimensions = label.shape().length - 2;
        final int outputs = logits.shape()[heads > 0 ? 2 : 1];
        final String asList = heads > 0 ? "torch.unbind(leaf, 1)" : "[leaf]";
        final String text = GRADIENTS.formatted(asList) + new LossScript(settings, outputs, dimensions, heads).methods();
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, text); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final NDArray input = work.create(logits.floats(), shape(logits));
            final NDArray target = work.create(ByteBuffer.wrap(label.bytes()), shape(label), DataType.UINT8);
            final NDList results = script.callWithGradients(work, "gradients", ScriptArgument.of(input), ScriptArgument.of(target));
            return new Result(results.get(0).getFloat(), results.get(1).toFloatArray());
        }
    }

    private static Shape shape(final NpyFile array) {
        return new Shape(Arrays.stream(array.shape()).asLongStream().toArray());
    }
}
