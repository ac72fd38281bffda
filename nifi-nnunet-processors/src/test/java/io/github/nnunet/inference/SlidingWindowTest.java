/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SlidingWindowTest {
    private static final float TOLERANCE = 1e-5f;
    /** At high overlap a voxel is the sum of up to a thousand windows, each addition rounded to float. */
    private static final float MANY_WINDOWS = 2e-4f;

    @Property(tries = 60)
    void networkThatGivesItsInputGivesTheVolume(@ForAll @IntRange(min = 1, max = 14) final int depth, @ForAll @IntRange(min = 1, max = 14) final int height,
                                                @ForAll @IntRange(min = 1, max = 14) final int width, @ForAll @IntRange(min = 1, max = 9) final int roi,
                                                @ForAll @DoubleRange(min = 0, max = 0.8) final double overlap, @ForAll @IntRange(min = 1, max = 5) final int batch,
                                                @ForAll final Blend blend, @ForAll final boolean augmented) throws CaseException {
        final Shape shape = new Shape(depth, height, width);
        final float[][] channels = randomChannels(2, shape, depth * 31 + width);
        final WindowSettings settings = new WindowSettings(new Shape(roi, 4, 6), overlap, blend, batch, augmented);
        final float[][] logits = predict(FunctionNetwork.identity(3, 2), channels, shape, settings);
        for (int channel = 0; channel < channels.length; channel++) {
            assertArrayEquals(channels[channel], logits[channel], MANY_WINDOWS);
        }
    }

    @Property(tries = 40)
    void sliceNetworkThatGivesItsInputGivesTheVolume(@ForAll @IntRange(min = 1, max = 5) final int depth, @ForAll @IntRange(min = 1, max = 14) final int height,
                                                     @ForAll @IntRange(min = 1, max = 14) final int width, @ForAll @IntRange(min = 1, max = 7) final int batch,
                                                     @ForAll final Blend blend, @ForAll final boolean augmented) throws CaseException {
        final Shape shape = new Shape(depth, height, width);
        final float[][] channels = randomChannels(1, shape, height);
        final WindowSettings settings = new WindowSettings(new Shape(1, 5, 8), 0.5, blend, batch, augmented);
        assertArrayEquals(channels[0], predict(FunctionNetwork.identity(2, 1), channels, shape, settings)[0], TOLERANCE);
    }

    @Property(tries = 40)
    void constantNetworkGivesTheConstantWhateverTheOverlap(@ForAll @DoubleRange(min = 0, max = 0.9) final double overlap, @ForAll final Blend blend,
                                                           @ForAll @IntRange(min = 1, max = 20) final int width) throws CaseException {
        final Shape shape = new Shape(7, 9, width);
        final FunctionNetwork network = new FunctionNetwork(3, 1, 1, (manager, batch) -> batch.zerosLike().add(-2.5f));
        final WindowSettings settings = WindowSettings.of(new Shape(4, 5, 6)).withOverlap(overlap).withBlend(blend);
        for (final float logit : predict(network, randomChannels(1, shape, 1), shape, settings)[0]) {
            assertEquals(-2.5f, logit, MANY_WINDOWS);
        }
    }

    @ParameterizedTest
    @EnumSource(Blend.class)
    void batchSizeDoesNotChangeTheLogits(final Blend blend) throws CaseException {
        final Shape shape = new Shape(9, 10, 11);
        final float[][] channels = randomChannels(1, shape, 4);
        final WindowSettings settings = WindowSettings.of(new Shape(4, 6, 5)).withBlend(blend);
        final FunctionNetwork network = windowDependentNetwork(3);
        final float[] one = predict(network, channels, shape, settings)[0];
        assertArrayEquals(one, predict(network, channels, shape, settings.withBatch(7))[0], TOLERANCE);
        assertArrayEquals(one, predict(network, channels, shape, settings.withBatch(1000))[0], TOLERANCE);
    }

    /** A network whose output at a voxel depends on the whole window, and on left and right. */
    private static FunctionNetwork windowDependentNetwork(final int dimensions) {
        return new FunctionNetwork(dimensions, 1, 1, (manager, batch) -> batch.cumSum(batch.getShape().dimension() - 1).add(batch.cumSum(batch.getShape().dimension() - 2)));
    }

    @Test
    void testTimeAugmentationInTwoDimensionsIsTheMeanOverFlipsOfHeightAndWidth() throws CaseException {
        final Shape shape = new Shape(3, 9, 13);
        final float[] image = randomChannels(1, shape, 8)[0];
        final WindowSettings settings = WindowSettings.of(new Shape(1, 4, 6));
        final FunctionNetwork network = windowDependentNetwork(2);
        final double[] mean = new double[image.length];
        for (int flip = 0; flip < 4; flip++) {
            final boolean y = (flip & 1) != 0;
            final boolean x = (flip & 2) != 0;
            final float[] logits = mirrored(predict(network, new float[][] {mirrored(image, shape, y, x)}, shape, settings)[0], shape, y, x);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += logits[i] / 4.0;
            }
        }

        final float[] augmented = predict(network, new float[][] {image}, shape, settings.withTestTimeAugmentation(true))[0];
        for (int i = 0; i < mean.length; i++) {
            assertEquals(mean[i], augmented[i], TOLERANCE);
        }
    }

    private static float[] mirrored(final float[] image, final Shape shape, final boolean flipY, final boolean flipX) {
        final float[] result = new float[image.length];
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    final int fromY = flipY ? shape.height() - 1 - y : y;
                    final int fromX = flipX ? shape.width() - 1 - x : x;
                    result[shape.index(z, y, x)] = image[shape.index(z, fromY, fromX)];
                }
            }
        }

        return result;
    }

    @Test
    void networkMayGiveTensorsThatAreNotContiguous() throws CaseException {
        final Shape shape = new Shape(4, 6, 6);
        final float[][] channels = randomChannels(1, shape, 2);
        final FunctionNetwork network = new FunctionNetwork(3, 1, 1, (manager, batch) -> batch.transpose(0, 1, 2, 4, 3).duplicate().transpose(0, 1, 2, 4, 3));
        assertArrayEquals(channels[0], predict(network, channels, shape, WindowSettings.of(new Shape(4, 4, 4)))[0], TOLERANCE);
    }

    @Test
    void progressCountsTheWindowsOfEveryFlip() throws CaseException {
        final Shape shape = new Shape(4, 4, 8);
        final List<String> heard = new ArrayList<>();
        final WindowSettings settings = new WindowSettings(new Shape(4, 4, 4), 0, Blend.CONSTANT, 5, true);
        try (NDManager manager = TestEngine.newManager()) {
            SlidingWindow.predict(FunctionNetwork.identity(3, 1), manager, randomChannels(1, shape, 3), shape, settings, () -> false, (done, all) -> heard.add(done + "/" + all));
        }

        assertEquals(List.of("5/16", "10/16", "15/16", "16/16"), heard);
    }

    @Test
    void windowsThatMemoryDoesNotHoldAreTriedInSmallerBatches() throws CaseException {
        final Shape shape = new Shape(4, 4, 20);
        final List<Long> tried = new ArrayList<>();
        final List<Integer> reduced = new ArrayList<>();
        final FunctionNetwork network = new FunctionNetwork(3, 1, 1, (manager, batch) -> {
            final long windows = batch.getShape().get(0);
            tried.add(windows);
            if (windows > 2) {
                throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB.");
            }

            return batch;
        });
        final WindowProgress progress = new WindowProgress() {
            @Override
            public void predicted(final int done, final int all) {
            }

            @Override
            public void reduced(final int batch) {
                reduced.add(batch);
            }
        };
        final float[][] channels = randomChannels(1, shape, 1);
        final WindowSettings settings = WindowSettings.of(new Shape(4, 4, 4)).withOverlap(0).withBatch(4);
        try (NDManager manager = TestEngine.newManager()) {
            assertArrayEquals(channels[0], SlidingWindow.predict(network, manager, channels, shape, settings, () -> false, progress).output(0), TOLERANCE);
        }

        assertEquals(List.of(4L, 2L, 2L, 1L), tried);
        assertEquals(List.of(2), reduced);
    }

    @Test
    void aWindowThatMemoryDoesNotHoldIsAnErrorAndSoIsAnyOtherFailure() {
        final Shape shape = new Shape(4, 4, 4);
        for (final String message : List.of("CUDA out of memory", "a kernel failed")) {
            final FunctionNetwork network = new FunctionNetwork(3, 1, 1, (manager, batch) -> {
                throw new EngineException(message);
            });
            final EngineException failure = assertThrows(EngineException.class, () -> predict(network, randomChannels(1, shape, 1), shape, WindowSettings.of(shape).withBatch(4)));
            assertEquals(message, failure.getMessage());
        }
    }

    @Test
    void cancelledPredictionEndsBeforeTheNextBatch() {
        final Shape shape = new Shape(4, 4, 40);
        final List<Integer> heard = new ArrayList<>();
        try (NDManager manager = TestEngine.newManager()) {
            assertThrows(CancellationException.class, () -> SlidingWindow.predict(FunctionNetwork.identity(3, 1), manager, randomChannels(1, shape, 3), shape,
                    WindowSettings.of(new Shape(4, 4, 4)), () -> heard.size() == 2, (done, all) -> heard.add(done)));
        }

        assertEquals(List.of(1, 2), heard);
    }

    @Test
    void caseWithOtherChannelsThanTheModelIsRefused() {
        final Shape shape = new Shape(4, 4, 4);
        final CaseException fault = assertThrows(CaseException.class, () -> predict(FunctionNetwork.identity(3, 4), randomChannels(1, shape, 3), shape, WindowSettings.of(shape)));
        assertEquals(FaultCategory.UNSUPPORTED, fault.category());
        assertTrue(fault.getMessage().contains("1 channels") && fault.getMessage().contains("on 4"), fault.getMessage());
    }

    @Test
    void modelWithOutputOfAnotherSizeIsRefused() {
        final Shape shape = new Shape(4, 4, 4);
        final FunctionNetwork network = new FunctionNetwork(3, 1, 3, (manager, batch) -> batch.mean(new int[] {4}));
        final CaseException fault = assertThrows(CaseException.class, () -> predict(network, randomChannels(1, shape, 3), shape, WindowSettings.of(shape)));
        assertEquals(FaultCategory.ENGINE, fault.category());
    }

    @Test
    void logitsThatAreNotFiniteAreRefused() {
        final Shape shape = new Shape(4, 4, 9);
        final FunctionNetwork network = new FunctionNetwork(3, 1, 1, (manager, batch) -> batch.div(0));
        final CaseException fault = assertThrows(CaseException.class, () -> predict(network, randomChannels(1, shape, 3), shape, WindowSettings.of(new Shape(4, 4, 4))));
        assertEquals(FaultCategory.ENGINE, fault.category());
    }

    @Test
    void impossibleSettingsAreRefused() {
        final Shape roi = new Shape(4, 4, 4);
        assertThrows(IllegalArgumentException.class, () -> WindowSettings.of(roi).withOverlap(1));
        assertThrows(IllegalArgumentException.class, () -> WindowSettings.of(roi).withOverlap(-0.1));
        assertThrows(IllegalArgumentException.class, () -> WindowSettings.of(roi).withOverlap(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> WindowSettings.of(roi).withBatch(0));
        assertThrows(IllegalArgumentException.class, () -> predict(FunctionNetwork.identity(2, 1), randomChannels(1, roi, 3), roi, WindowSettings.of(roi)));
    }

    private static float[][] predict(final FunctionNetwork network, final float[][] channels, final Shape shape, final WindowSettings settings) throws CaseException {
        try (NDManager manager = TestEngine.newManager()) {
            return SlidingWindow.predict(network, manager, channels, shape, settings).volumes();
        }
    }

    private static float[][] randomChannels(final int count, final Shape shape, final long seed) {
        final Random random = new Random(seed);
        final float[][] channels = new float[count][shape.voxels()];
        for (final float[] channel : channels) {
            for (int i = 0; i < channel.length; i++) {
                channel[i] = (float) random.nextGaussian();
            }
        }

        return channels;
    }
}
