/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDManager;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Logits of so many outputs that they are kept in half precision. */
class ManyOutputsTest {
    private static final int OUTPUTS = Logits.MANY_OUTPUTS;
    /** Half precision has 11 bits; a voxel is the sum of up to 64 windows, each addition rounded. */
    private static final float TOLERANCE = 64f / 2048;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void networkThatGivesItsInputGivesTheVolume(final boolean augmented) throws CaseException {
        final Shape shape = new Shape(7, 9, 11);
        final float[][] channels = noise(shape);
        final Logits logits = predict(FunctionNetwork.identity(3, OUTPUTS), channels, shape, WindowSettings.of(new Shape(4, 4, 6)).withTestTimeAugmentation(augmented));
        assertInstanceOf(Logits.Half.class, logits);
        for (int output = 0; output < OUTPUTS; output++) {
            assertArrayEquals(channels[output], logits.output(output), TOLERANCE);
        }
    }

    @Test
    void fewerOutputsStayInSinglePrecision() throws CaseException {
        final Shape shape = new Shape(4, 4, 4);
        final FunctionNetwork network = new FunctionNetwork(3, OUTPUTS, OUTPUTS - 1, (manager, batch) -> batch.get(":, :%d".formatted(OUTPUTS - 1)));
        assertInstanceOf(Logits.Single.class, predict(network, noise(shape), shape, WindowSettings.of(shape)));
    }

    @Test
    void logitsThatAreNotFiniteAreRefused() {
        final Shape shape = new Shape(4, 4, 4);
        final FunctionNetwork network = new FunctionNetwork(3, OUTPUTS, OUTPUTS, (manager, batch) -> batch.div(0));
        assertThrows(CaseException.class, () -> predict(network, noise(shape), shape, WindowSettings.of(shape)));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 9})
    void labelIsThatOfTheSameNumbersInSinglePrecision(final int depth) throws CaseException {
        final Shape prepared = new Shape(6, 8, 10);
        final Geometry scan = new Geometry(new Shape(depth + 1, 10, 12), Orientation.aligned(1, 1, 1));
        final CaseHistory history = CaseHistory.of(scan).withCrop(new Box(1, 1, 1, depth + 1, 9, 11)).withResampledFrom(new Shape(depth, 8, 10));
        final short[][] bits = new short[OUTPUTS][prepared.voxels()];
        final float[][] same = noise(prepared);
        for (int output = 0; output < OUTPUTS; output++) {
            for (int voxel = 0; voxel < prepared.voxels(); voxel++) {
                bits[output][voxel] = Float.floatToFloat16(same[output][voxel]);
                same[output][voxel] = Float.float16ToFloat(bits[output][voxel]);
            }
        }

        final List<LabelClass> classes = IntStream.range(0, OUTPUTS).mapToObj(value -> new LabelClass(value, "class " + value)).toList();
        final ScanRestoration restoration = new ScanRestoration(new OutputActivation.ExclusiveClasses(classes));
        assertArrayEquals(restoration.restore(new Logits.Single(same), prepared, history).label(), restoration.restore(new Logits.Half(bits), prepared, history).label());
    }

    @Test
    void manyOutputsTakeHalfTheMemoryAndOneVolume() {
        final long voxels = 1000;
        assertEquals(15 * 4 * voxels, Logits.bytes(15, voxels));
        assertEquals(100 * 2 * voxels + 4 * voxels, Logits.bytes(100, voxels));
    }

    private static Logits predict(final FunctionNetwork network, final float[][] channels, final Shape shape, final WindowSettings settings) throws CaseException {
        try (NDManager manager = TestEngine.newManager()) {
            return SlidingWindow.predict(network, manager, channels, shape, settings);
        }
    }

    private static float[][] noise(final Shape shape) {
        final Random random = new Random(4);
        final float[][] channels = new float[OUTPUTS][shape.voxels()];
        for (final float[] channel : channels) {
            for (int voxel = 0; voxel < channel.length; voxel++) {
                channel[voxel] = (float) random.nextGaussian();
            }
        }

        return channels;
    }
}
