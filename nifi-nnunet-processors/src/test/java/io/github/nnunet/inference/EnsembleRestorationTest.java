/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EnsembleRestorationTest {
    private static final float TOLERANCE = 1e-5f;
    private static final OutputActivation THREE_CLASSES = new OutputActivation.ExclusiveClasses(
            List.of(new LabelClass(0, "background"), new LabelClass(1, "one"), new LabelClass(2, "two")));

    /** The mean of the logits would be class 1 by far; of the probabilities it is class 2. */
    @Test
    void probabilitiesAreAveragedAndNotLogits() throws CaseException {
        final Geometry grid = grid(new Shape(1, 1, 1));
        final EnsembleRestoration ensemble = new ScanRestoration(THREE_CLASSES).ensemble(grid.shape(), CaseHistory.of(grid));
        ensemble.add(new Logits.Single(new float[][] {{-50}, {50}, {-50}}));
        ensemble.add(new Logits.Single(new float[][] {{0}, {-3}, {3}}));
        ensemble.add(new Logits.Single(new float[][] {{0}, {-3}, {3}}));
        final Segmentation result = ensemble.segmentation(true);
        assertArrayEquals(new byte[] {2}, result.label());
        final double sum = 1 + Math.exp(-3) + Math.exp(3);
        final float[][] probabilities = result.probabilities().orElseThrow();
        assertEquals(2 / sum / 3, probabilities[0][0], TOLERANCE);
        assertEquals((1 + 2 * Math.exp(-3) / sum) / 3, probabilities[1][0], TOLERANCE);
        assertEquals(2 * Math.exp(3) / sum / 3, probabilities[2][0], TOLERANCE);
    }

    @Test
    void aRegionIsWhereTheMeanProbabilityIsAboveOneHalf() throws CaseException {
        final OutputActivation region = new OutputActivation.NestedRegions(List.of(new LabelClass(7, "lesion")));
        final Geometry grid = grid(new Shape(1, 1, 3));
        final EnsembleRestoration ensemble = new ScanRestoration(region).ensemble(grid.shape(), CaseHistory.of(grid));
        ensemble.add(new Logits.Single(new float[][] {{9, 9, -1}}));
        ensemble.add(new Logits.Single(new float[][] {{-1, -9, 1.5f}}));
        ensemble.add(new Logits.Single(new float[][] {{0.5f, -9, 1.5f}}));
        final Segmentation result = ensemble.segmentation(false);
        assertArrayEquals(new byte[] {7, 0, 7}, result.label());
        assertTrue(result.probabilities().isEmpty());
    }

    /** A model without an opinion moves every probability of the reference half the way to one third. */
    @Test
    void eachModelIsResizedBeforeTheMean() throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/post/test_step.npz");
        final float[] all = golden.get("resize_softmax__pred").floats();
        final int[] sizes = golden.get("resize_softmax__pred").shape();
        final Shape prepared = new Shape(sizes[2], sizes[3], sizes[4]);
        final int[] meta = Arrays.stream(golden.get("resize_softmax__meta").longs()).mapToInt(Math::toIntExact).toArray();
        final Box crop = new Box(meta[0], meta[1], meta[2], meta[3], meta[4], meta[5]);
        final Shape scan = new Shape(meta[6], meta[7], meta[8]);
        final CaseHistory history = CaseHistory.of(grid(scan)).withCrop(crop).withResampledFrom(crop.shape());
        final EnsembleRestoration ensemble = new ScanRestoration(THREE_CLASSES).ensemble(prepared, history);
        final int voxels = prepared.voxels();
        ensemble.add(new Logits.Single(new float[][] {Arrays.copyOfRange(all, 0, voxels), Arrays.copyOfRange(all, voxels, 2 * voxels), Arrays.copyOfRange(all, 2 * voxels, 3 * voxels)}));
        ensemble.add(new Logits.Single(new float[3][voxels]));
        final Segmentation result = ensemble.segmentation(true);
        assertArrayEquals(golden.get("resize_softmax__argmax").bytes(), result.label());
        final float[] single = golden.get("resize_softmax__final").floats();
        for (int output = 0; output < 3; output++) {
            final float[] expected = new float[scan.voxels()];
            Arrays.fill(expected, output == 0 ? 1 : 0);
            for (int z = crop.startZ(); z < crop.endZ(); z++) {
                for (int y = crop.startY(); y < crop.endY(); y++) {
                    for (int x = crop.startX(); x < crop.endX(); x++) {
                        expected[scan.index(z, y, x)] = (single[output * scan.voxels() + scan.index(z, y, x)] + 1f / 3) / 2;
                    }
                }
            }

            assertArrayEquals(expected, result.probabilities().orElseThrow()[output], TOLERANCE);
        }
    }

    @Test
    void anEnsembleOfNoModelIsAMistake() throws CaseException {
        final Geometry grid = grid(new Shape(1, 1, 1));
        final EnsembleRestoration ensemble = new ScanRestoration(THREE_CLASSES).ensemble(grid.shape(), CaseHistory.of(grid));
        assertThrows(IllegalStateException.class, () -> ensemble.segmentation(false));
    }

    private static Geometry grid(final Shape shape) {
        return new Geometry(shape, Orientation.aligned(1, 1, 1));
    }
}
