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
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ScriptArgument;
import io.github.nnunet.network.ScriptModule;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Losses of heads at their own size, and their gradients, are those of heads enlarged by nearest neighbour, computed in double precision:
 * the loss to 1e-6 of itself, gradients to 1e-5 of themselves and 1e-6 of their head's largest one.
 */
class CoarseHeadLossTest {
    private static final double LOSS_TOLERANCE = 1e-6;
    private static final double GRADIENT_TOLERANCE = 1e-5;
    private static final double SHARE_OF_THE_LARGEST = 1e-6;
    private static final int SAMPLES = 2;

    private static final String GRADIENTS = """
            def %1$s(self: __torch__.Work, logits: List[Tensor], target: Tensor) -> List[Tensor]:
              leaves = annotate(List[Tensor], [])
              heads = annotate(List[Tensor], [])
              for i in range(torch.len(logits)):
                leaf = torch.requires_grad_(torch.detach(torch.to(logits[i], %2$d)), True)
                _0 = torch.append(leaves, leaf)
                _1 = torch.append(heads, %3$s)
              value = (self).loss(heads, target, )
              slopes = torch.grad([value], leaves, None, None, False, False)
              results = [torch.detach(value)]
              for j in range(torch.len(leaves)):
                _2 = torch.append(results, torch.contiguous(torch._unwrap_optional(slopes[j])))
              return results
            """;
    private static final String ENLARGED = "torch.upsample_nearest%dd(leaf, torch.slice(torch.size(target), 2, None, 1))";
    private static final int FLOAT = 6;
    private static final int DOUBLE = 7;

    private static TorchEngine engine;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    /** What is segmented. */
    private enum Labels {
        ALL_CLASSES, THE_LAST_CLASS_ABSENT, BACKGROUND
    }

    /** Sizes of an image, and strides from each output to the next coarser one. */
    private record Sizes(List<Integer> image, List<List<Integer>> strides) {

        int dimensions() {
            return image.size();
        }

        Shape shape(final int output, final int channels) {
            final long[] shape = new long[2 + dimensions()];
            shape[0] = SAMPLES;
            shape[1] = channels;
            for (int axis = 0; axis < dimensions(); axis++) {
                final int of = axis;
                shape[2 + axis] = image.get(axis) / strides.stream().limit(output).mapToInt(stride -> stride.get(of)).reduce(1, Math::multiplyExact);
            }

            return new Shape(shape);
        }
    }

    static Stream<Arguments> cases() {
        final List<LossSettings> losses = Stream.of(false, true).flatMap(focal -> Stream.of(new LossSettings(focal, false, false, true), new LossSettings(focal, false, true, true),
                new LossSettings(focal, true, false, true), new LossSettings(focal, false, false, false))).toList();
        final List<Sizes> sizes = List.of(
                new Sizes(List.of(8, 12), List.of(List.of(2, 2))),
                new Sizes(List.of(8, 12), List.of(List.of(1, 2), List.of(2, 3), List.of(2, 1))),
                new Sizes(List.of(6, 8, 12), List.of(List.of(1, 2, 2), List.of(3, 1, 2))),
                new Sizes(List.of(8, 8, 24), List.of(List.of(2, 2, 2), List.of(2, 2, 3), List.of(1, 1, 1))));
        return losses.stream().flatMap(loss -> sizes.stream().flatMap(size -> Arrays.stream(Labels.values()).map(labels -> Arguments.of(loss, size, labels))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aHeadAtItsOwnSizeHasTheLossOfTheEnlargedOne(final LossSettings settings, final Sizes sizes, final Labels labels) {
        final int outputs = settings.backgroundIsAnOutput() ? 3 : 1;
        final int heads = sizes.strides().size();
        final String text = new LossScript(settings, outputs, sizes.dimensions(), heads).methods() + GRADIENTS.formatted("at_own_size", FLOAT, "leaf")
                + GRADIENTS.formatted("enlarged", DOUBLE, ENLARGED.formatted(sizes.dimensions()));
        try (ScriptModule script = ScriptModule.compile(engine, ComputeDevice.CPU, text); NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final Random random = new Random(11);
            final NDList logits = new NDList();
            for (int output = 0; output <= heads; output++) {
                logits.add(noise(work, random, sizes.shape(output, outputs)));
            }

            final NDArray target = target(work, random, sizes.shape(0, 1), settings, labels);
            final NDList expected = script.callWithGradients(work, "enlarged", ScriptArgument.of(logits), ScriptArgument.of(target));
            final NDList actual = script.callWithGradients(work, "at_own_size", ScriptArgument.of(logits), ScriptArgument.of(target));
            final double loss = expected.getFirst().toDoubleArray()[0];
            assertEquals(loss, actual.getFirst().getFloat(), LOSS_TOLERANCE * loss);
            for (int output = 0; output <= heads; output++) {
                assertNear(expected.get(output + 1).toDoubleArray(), actual.get(output + 1).toFloatArray(), "output " + output);
            }
        }
    }

    private static NDArray noise(final NDManager manager, final Random random, final Shape shape) {
        final float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = 3 * (float) random.nextGaussian();
        }

        return manager.create(values, shape);
    }

    private static NDArray target(final NDManager manager, final Random random, final Shape shape, final LossSettings settings, final Labels labels) {
        final int all = settings.brats() ? 4 : settings.backgroundIsAnOutput() ? 3 : 2;
        final int present = switch (labels) {
            case ALL_CLASSES -> all;
            case THE_LAST_CLASS_ABSENT -> all - 1;
            case BACKGROUND -> 1;
        };
        final float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(present);
        }

        return manager.create(values, shape).toType(DataType.UINT8, false);
    }

    private static void assertNear(final double[] expected, final float[] actual, final String what) {
        final double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], GRADIENT_TOLERANCE * Math.abs(expected[i]) + SHARE_OF_THE_LARGEST * largest, what);
        }
    }
}
