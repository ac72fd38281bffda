/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDManager;
import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Against MONAI's sliding window over two networks that Python exported. */
class SlidingWindowGoldenTest {
    private static final float TOLERANCE = 2e-5f;
    private static final int OUTPUTS = 3;

    private static final Map<String, Shape> WINDOWS = Map.of(
            "a_bigger", new Shape(12, 16, 8),
            "b_one_dim_smaller", new Shape(12, 16, 8),
            "c_all_smaller", new Shape(12, 16, 8),
            "d_odd_roi", new Shape(9, 7, 11),
            "e_equal", new Shape(12, 16, 8),
            "f_2d", new Shape(1, 16, 11),
            "g_batch2", new Shape(8, 8, 8));

    private static TorchEngine engine;
    private static SegmentationNetwork volumeNetwork;
    private static SegmentationNetwork sliceNetwork;

    @BeforeAll
    static void load() throws IOException, CaseException, URISyntaxException, TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
        volumeNetwork = load("/golden/sliding/net3d.pt");
        sliceNetwork = load("/golden/sliding/net2d.pt");
    }

    private static SegmentationNetwork load(final String resource) throws IOException, CaseException, URISyntaxException {
        return new NetworkLoader(engine).load(Path.of(SlidingWindowGoldenTest.class.getResource(resource).toURI()), ComputeDevice.CPU);
    }

    @AfterAll
    static void close() {
        volumeNetwork.close();
        sliceNetwork.close();
    }

    @Test
    void logitsAreMonais() throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/sliding/windows.npz");
        assertEquals(10, compareAll(golden, golden, ".*"));
    }

    @Test
    void gaussianLogitsAreMonaisForEveryOverlap() throws IOException, CaseException {
        final NpzFile images = NpzFile.read(SharedFolder.require("golden/sliding/monai1.0.0.npz"));
        assertEquals(17, compareAll(images, NpzFile.read(SharedFolder.require("golden/sliding/monai1.1.0.npz")), ".*gaussian"));
    }

    /** Constant blending is the same in both versions of MONAI. */
    @Test
    void constantLogitsAreMonaisForEveryOverlap() throws IOException, CaseException {
        final NpzFile golden = NpzFile.read(SharedFolder.require("golden/sliding/monai1.0.0.npz"));
        assertEquals(17, compareAll(golden, golden, ".*constant"));
    }

    private static int compareAll(final NpzFile images, final NpzFile golden, final String pattern) throws CaseException {
        int compared = 0;
        for (final String name : golden.names()) {
            if (name.contains("__ov") && name.matches(pattern)) {
                compare(images, golden, name);
                compared++;
            }
        }

        return compared;
    }

    private static void compare(final NpzFile images, final NpzFile golden, final String name) throws CaseException {
        final String[] parts = name.split("__");
        final NpyFile image = images.get(parts[0] + "__image");
        final int[] sizes = image.shape();
        final boolean flat = sizes.length == 4;
        final Shape shape = flat ? new Shape(1, sizes[2], sizes[3]) : new Shape(sizes[2], sizes[3], sizes[4]);
        final Blend blend = parts[2].equals("gaussian") ? Blend.GAUSSIAN : Blend.CONSTANT;
        final WindowSettings settings = new WindowSettings(WINDOWS.get(parts[0]), Double.parseDouble(parts[1].substring("ov".length())), blend, 4, false);
        final float[] expected = golden.get(name).floats();
        for (int sample = 0; sample < sizes[0]; sample++) {
            final float[] voxels = Arrays.copyOfRange(image.floats(), sample * shape.voxels(), (sample + 1) * shape.voxels());
            final float[][] logits = predict(flat ? sliceNetwork : volumeNetwork, voxels, shape, settings, ImportanceMap.of(settings.roi(), blend));
            assertOutputs(Arrays.copyOfRange(expected, sample * OUTPUTS * shape.voxels(), (sample + 1) * OUTPUTS * shape.voxels()), logits, name);
        }
    }

    /** The golden values were made with the importance map of MONAI 1.0.0, which is therefore put in here. */
    @Test
    void testTimeAugmentationIsTheReferences() throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/sliding/passes.npz");
        final Shape roi = new Shape(12, 16, 8);
        final WindowSettings settings = WindowSettings.of(roi).withTestTimeAugmentation(true).withBatch(3);
        final ImportanceMap importance = new ImportanceMap(roi, golden.get("importance_12x16x8").floats());
        final float[][] logits = predict(volumeNetwork, golden.get("a_bigger__image").floats(), new Shape(21, 26, 17), settings, importance);
        assertOutputs(golden.get("tta3d").floats(), logits, "tta3d");
    }

    @Test
    void slicesAreTheReferences() throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/sliding/passes.npz");
        final Shape roi = new Shape(1, 16, 11);
        final ImportanceMap importance = new ImportanceMap(roi, golden.get("importance_16x11").floats());
        final float[][] logits = predict(sliceNetwork, golden.get("a_bigger__image").floats(), new Shape(21, 26, 17), WindowSettings.of(roi).withBatch(4), importance);
        assertOutputs(golden.get("infer2d_predict").floats(), logits, "infer2d_predict");
    }

    @Test
    void wholeSlicesAreTheReferences() throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/sliding/passes.npz");
        final float[] image = golden.get("a_bigger__image").floats();
        final Shape whole = new Shape(21, 26, 17);
        final Shape part = new Shape(21, 16, 16);
        final float[] voxels = new float[part.voxels()];
        for (int z = 0; z < part.depth(); z++) {
            for (int y = 0; y < part.height(); y++) {
                System.arraycopy(image, whole.index(z, y, 0), voxels, part.index(z, y, 0), part.width());
            }
        }

        final Shape roi = new Shape(1, 16, 16);
        final float[][] logits = predict(sliceNetwork, voxels, part, WindowSettings.of(roi).withBatch(21), ImportanceMap.of(roi, Blend.GAUSSIAN));
        assertOutputs(golden.get("infer2d_eval").floats(), logits, "infer2d_eval");
    }

    private static float[][] predict(final SegmentationNetwork network, final float[] image, final Shape shape, final WindowSettings settings, final ImportanceMap importance)
            throws CaseException {
        try (NDManager manager = engine.newManager(ComputeDevice.CPU)) {
            return SlidingWindow.predict(network, manager, new float[][] {image}, shape, settings, importance, () -> false, WindowProgress.NONE).volumes();
        }
    }

    private static void assertOutputs(final float[] expected, final float[][] logits, final String name) {
        assertEquals(OUTPUTS, logits.length);
        final int voxels = logits[0].length;
        assertTrue(expected.length == OUTPUTS * voxels, name);
        for (int output = 0; output < OUTPUTS; output++) {
            assertArrayEquals(Arrays.copyOfRange(expected, output * voxels, (output + 1) * voxels), logits[output], TOLERANCE, name);
        }
    }
}
