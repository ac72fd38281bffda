/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScanRestorationTest {
    private static final float TOLERANCE = 1e-5f;
    private static final OutputActivation THREE_CLASSES = new OutputActivation.ExclusiveClasses(
            List.of(new LabelClass(0, "background"), new LabelClass(1, "one"), new LabelClass(2, "two")));
    private static final OutputActivation THREE_REGIONS = new OutputActivation.NestedRegions(
            List.of(new LabelClass(2, "whole tumour"), new LabelClass(1, "core"), new LabelClass(3, "enhancing")));

    @ParameterizedTest
    @ValueSource(strings = {"noresize_softmax", "resize_softmax", "resize_lastdim_equal", "upsize_softmax"})
    void labelAndProbabilitiesAreTheReferences(final String name) throws IOException, CaseException {
        final NpzFile golden = NpzFile.resource("/golden/post/test_step.npz");
        final GoldenCase one = new GoldenCase(golden, name);
        final ScanRestoration restoration = new ScanRestoration(THREE_CLASSES);
        final byte[] expected = golden.get(name + "__argmax").bytes();
        assertArrayEquals(expected, restoration.restore(new Logits.Single(one.logits()), one.prepared(), one.history()).label());
        final Segmentation full = restoration.restoreWithProbabilities(new Logits.Single(one.logits()), one.prepared(), one.history());
        assertArrayEquals(expected, full.label());
        assertProbabilities(one, full, new float[] {1, 0, 0});
    }

    @Test
    void aTeamPutsBackTheSame() throws IOException, CaseException {
        final GoldenCase one = new GoldenCase(NpzFile.resource("/golden/post/test_step.npz"), "upsize_softmax");
        final Segmentation alone = new ScanRestoration(THREE_CLASSES).restoreWithProbabilities(new Logits.Single(one.logits()), one.prepared(), one.history());
        try (ExecutorService executor = Executors.newCachedThreadPool()) {
            final ScanRestoration together = new ScanRestoration(THREE_CLASSES, new SliceTeam(executor, 3));
            assertArrayEquals(alone.label(), together.restore(new Logits.Single(one.logits()), one.prepared(), one.history()).label());
            assertArrayEquals(alone.probabilities().orElseThrow(), together.restoreWithProbabilities(new Logits.Single(one.logits()), one.prepared(), one.history()).probabilities().orElseThrow());
        }
    }

    @Test
    void regionProbabilitiesAreTheReferences() throws IOException, CaseException {
        final GoldenCase one = new GoldenCase(NpzFile.resource("/golden/post/test_step.npz"), "resize_brats");
        final ScanRestoration restoration = new ScanRestoration(THREE_REGIONS);
        final Segmentation full = restoration.restoreWithProbabilities(new Logits.Single(one.logits()), one.prepared(), one.history());
        assertProbabilities(one, full, new float[] {0, 0, 0});
        final byte[] label = restoration.restore(new Logits.Single(one.logits()), one.prepared(), one.history()).label();
        assertArrayEquals(full.label(), label);
        final float[][] probabilities = full.probabilities().orElseThrow();
        for (int voxel = 0; voxel < label.length; voxel++) {
            final int outer = probabilities[1][voxel] > 0.5 ? 1 : probabilities[0][voxel] > 0.5 ? 2 : 0;
            assertEquals(probabilities[2][voxel] > 0.5 ? 3 : outer, label[voxel]);
        }
    }

    /** Outside the box the reference has the same probability for all outputs; ours has {@code outside}, the background. */
    private static void assertProbabilities(final GoldenCase one, final Segmentation actual, final float[] outside) {
        final Shape scan = one.history().scan().shape();
        final Box crop = one.history().crop().orElseThrow();
        final float[] golden = one.file().get(one.name() + "__final").floats();
        for (int output = 0; output < outside.length; output++) {
            final float[] expected = new float[scan.voxels()];
            Arrays.fill(expected, outside[output]);
            for (int z = crop.startZ(); z < crop.endZ(); z++) {
                for (int y = crop.startY(); y < crop.endY(); y++) {
                    final int row = scan.index(z, y, crop.startX());
                    System.arraycopy(golden, output * scan.voxels() + row, expected, row, crop.shape().width());
                }
            }

            assertArrayEquals(expected, actual.probabilities().orElseThrow()[output], TOLERANCE);
        }
    }

    /** A case of test_step.npz: predictions, and in meta the box's start and end and the scan's shape. */
    private record GoldenCase(NpzFile file, String name) {

        private float[][] logits() {
            final float[] all = file.get(name + "__pred").floats();
            final int voxels = prepared().voxels();
            return new float[][] {Arrays.copyOfRange(all, 0, voxels), Arrays.copyOfRange(all, voxels, 2 * voxels), Arrays.copyOfRange(all, 2 * voxels, 3 * voxels)};
        }

        private Shape prepared() {
            final int[] sizes = file.get(name + "__pred").shape();
            return new Shape(sizes[2], sizes[3], sizes[4]);
        }

        private CaseHistory history() {
            final int[] meta = Arrays.stream(file.get(name + "__meta").longs()).mapToInt(Math::toIntExact).toArray();
            final Box crop = new Box(meta[0], meta[1], meta[2], meta[3], meta[4], meta[5]);
            final CaseHistory history = CaseHistory.of(grid(new Shape(meta[6], meta[7], meta[8]))).withCrop(crop);
            return prepared().equals(crop.shape()) ? history : history.withResampledFrom(crop.shape());
        }
    }

    private static Geometry grid(final Shape shape) {
        return new Geometry(shape, Orientation.aligned(1, 1, 1));
    }

    @Property(tries = 100)
    void cropAndPaddingAreUndoneExactly(@ForAll @IntRange(min = 1, max = 6) final int depth, @ForAll @IntRange(min = 1, max = 8) final int width,
                                        @ForAll @IntRange(min = -2, max = 3) final int before, @ForAll @IntRange(min = -2, max = 3) final int after,
                                        @ForAll @IntRange(min = 0, max = 4) final int offset) throws CaseException {
        final Shape cropped = new Shape(depth, 5, width);
        final int preparedWidth = width + before + after;
        if (preparedWidth < 1 || width + before < 1 || width + after < 1) {
            return;
        }

        final Shape prepared = new Shape(depth + 1, 6, preparedWidth);
        final Shape scan = new Shape(depth + offset, 7 + offset, width + 2 * offset);
        final Box crop = new Box(offset, 2, offset, offset + depth, 7, offset + width);
        final CaseHistory history = CaseHistory.of(grid(scan)).withCrop(crop).withPadding(new CaseHistory.Padding(1, 0, before, cropped));
        final byte[] wanted = new byte[scan.voxels()];
        final float[][] logits = new float[3][prepared.voxels()];
        final Random random = new Random(width * 7L + before);
        for (int z = 0; z < depth; z++) {
            for (int y = 0; y < 5; y++) {
                for (int x = Math.max(0, -before); x < Math.min(width, preparedWidth - before); x++) {
                    final byte value = (byte) random.nextInt(3);
                    wanted[scan.index(offset + z, 2 + y, offset + x)] = value;
                    logits[value][prepared.index(z + 1, y, x + before)] = 4;
                }
            }
        }

        assertArrayEquals(wanted, new ScanRestoration(THREE_CLASSES).restore(new Logits.Single(logits), prepared, history).label());
    }

    @Test
    void caseWithNoHistoryIsChosenVoxelByVoxel() throws CaseException {
        final Geometry grid = grid(new Shape(1, 1, 4));
        final float[][] logits = {{0, 1, 2, -1}, {0, 3, 2, -2}, {0, 2, 5, -1}};
        final Segmentation result = new ScanRestoration(THREE_CLASSES).restore(new Logits.Single(logits), grid.shape(), CaseHistory.of(grid));
        assertArrayEquals(new byte[] {0, 1, 2, 0}, result.label());
        assertSame(grid, result.geometry());
        assertTrue(result.probabilities().isEmpty());
    }

    @Test
    void classesKeepTheirValuesInTheFile() throws CaseException {
        final OutputActivation classes = new OutputActivation.ExclusiveClasses(List.of(new LabelClass(0, "background"), new LabelClass(200, "vessel")));
        final Geometry grid = grid(new Shape(1, 1, 2));
        final Segmentation result = new ScanRestoration(classes).restore(new Logits.Single(new float[][] {{1, 0}, {0, 1}}), grid.shape(), CaseHistory.of(grid));
        assertArrayEquals(new byte[] {0, (byte) 200}, result.label());
    }

    @Test
    void networkWithOneOutputSegmentsOneRegion() throws CaseException {
        final OutputActivation region = new OutputActivation.NestedRegions(List.of(new LabelClass(7, "lesion")));
        final Geometry grid = grid(new Shape(1, 1, 3));
        final Segmentation result = new ScanRestoration(region).restoreWithProbabilities(new Logits.Single(new float[][] {{-1, 0, 2}}), grid.shape(), CaseHistory.of(grid));
        assertArrayEquals(new byte[] {0, 0, 7}, result.label());
        assertArrayEquals(new float[] {0.26894142f, 0.5f, 0.8807971f}, result.probabilities().orElseThrow()[0], TOLERANCE);
    }

    @Test
    void paddingAroundAResampledCaseIsTakenAwayBeforeResizing() throws IOException, CaseException {
        final GoldenCase one = new GoldenCase(NpzFile.resource("/golden/post/test_step.npz"), "resize_softmax");
        final Shape inner = one.prepared();
        final Shape outer = new Shape(inner.depth() + 3, inner.height() + 2, inner.width() + 5);
        final float[][] padded = new float[3][outer.voxels()];
        for (int output = 0; output < 3; output++) {
            Arrays.fill(padded[output], 50 * output);
            for (int z = 0; z < inner.depth(); z++) {
                for (int y = 0; y < inner.height(); y++) {
                    System.arraycopy(one.logits()[output], inner.index(z, y, 0), padded[output], outer.index(z + 1, y + 1, 2), inner.width());
                }
            }
        }

        final CaseHistory history = one.history().withPadding(new CaseHistory.Padding(1, 1, 2, inner));
        final byte[] label = new ScanRestoration(THREE_CLASSES).restore(new Logits.Single(padded), outer, history).label();
        assertArrayEquals(one.file().get("resize_softmax__argmax").bytes(), label);
    }

    @Test
    void historyThatDoesNotLeadToThePreparedShapeIsRefused() {
        final Shape prepared = new Shape(4, 4, 4);
        final CaseHistory history = CaseHistory.of(grid(new Shape(5, 5, 5)));
        assertRefused(FaultCategory.GEOMETRY, prepared, history);
        assertRefused(FaultCategory.GEOMETRY, prepared, history.withCrop(new Box(2, 2, 2, 6, 6, 6)));
        assertRefused(FaultCategory.GEOMETRY, prepared, history.withResampledFrom(new Shape(4, 5, 5)));
        assertRefused(FaultCategory.GEOMETRY, prepared, history.withPadding(new CaseHistory.Padding(0, 4, 0, new Shape(5, 5, 5))));
    }

    private static void assertRefused(final FaultCategory category, final Shape prepared, final CaseHistory history) {
        final ScanRestoration restoration = new ScanRestoration(THREE_CLASSES);
        final CaseException fault = assertThrows(CaseException.class, () -> restoration.restore(new Logits.Single(new float[3][prepared.voxels()]), prepared, history));
        assertEquals(category, fault.category());
    }

    @Test
    void modelWithOtherOutputsThanThePlanIsRefused() {
        final Geometry grid = grid(new Shape(2, 2, 2));
        final ScanRestoration restoration = new ScanRestoration(THREE_CLASSES);
        final CaseException fault = assertThrows(CaseException.class, () -> restoration.restore(new Logits.Single(new float[2][8]), grid.shape(), CaseHistory.of(grid)));
        assertEquals(FaultCategory.UNSUPPORTED, fault.category());
    }
}
