/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PreparedDatasetTest {
    private static final Shape SHAPE = new Shape(4, 5, 6);
    private static final Shape SCAN = new Shape(6, 7, 8);
    private static final Box CROP = new Box(1, 1, 2, 5, 6, 8);

    @TempDir
    private Path folder;

    private static float value(final int channel, final int z, final int y, final int x) {
        return 1000 * (channel + 1) + SHAPE.index(z, y, x);
    }

    /** Two channels of distinct values; class 200 fills the voxels 1..2, 1..3, 2..3, class 3 is one voxel in a corner. */
    private static ScanCase preparedCase() {
        final float[][] channels = new float[2][SHAPE.voxels()];
        final byte[] label = new byte[SHAPE.voxels()];
        for (int z = 0; z < SHAPE.depth(); z++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < SHAPE.width(); x++) {
                    channels[0][SHAPE.index(z, y, x)] = value(0, z, y, x);
                    channels[1][SHAPE.index(z, y, x)] = value(1, z, y, x);
                    if (z >= 1 && z <= 2 && y >= 1 && y <= 3 && x >= 2 && x <= 3) {
                        label[SHAPE.index(z, y, x)] = (byte) 200;
                    }
                }
            }
        }

        label[SHAPE.index(3, 4, 5)] = 3;
        final Geometry scan = new Geometry(SCAN, Orientation.aligned(1, 1, 1));
        return new ScanCase(List.of("T1", "T2"), channels, label, scan.cropped(CROP), CaseHistory.of(scan).withCrop(CROP));
    }

    private PreparedCase stored() throws IOException, CaseException {
        final PreparedDataset dataset = new PreparedDataset(folder);
        dataset.store("a", preparedCase(), Optional.of(new byte[SCAN.voxels()]), SCAN);
        return dataset.open("a");
    }

    @Test
    void filesAreNamedAndShapedAsTheReferences() throws IOException, CaseException {
        stored();
        assertArrayEquals(new int[] {2, 4, 5, 6}, NpyFile.read(folder.resolve("a_x.npy")).shape());
        assertArrayEquals(new int[] {1, 4, 5, 6}, NpyFile.read(folder.resolve("a_y.npy")).shape());
        assertArrayEquals(new int[] {1, 6, 7, 8}, NpyFile.read(folder.resolve("a_orig_lbl.npy")).shape());
        final NpyFile meta = NpyFile.read(folder.resolve("a_meta.npy"));
        assertArrayEquals(new int[] {6, 3}, meta.shape());
        assertEquals(NpyFile.ElementType.INT64, meta.type());
        assertArrayEquals(new long[] {1, 1, 2, 5, 6, 8, 6, 7, 8, 4, 5, 6, 0, 0, 0, 4, 5, 6}, meta.longs());
    }

    @Test
    void aCaseComesBack() throws IOException, CaseException {
        final PreparedCase opened = stored();
        final ScanCase source = preparedCase();
        assertEquals("a", opened.id());
        assertEquals(SHAPE, opened.shape());
        assertEquals(2, opened.channels());
        assertArrayEquals(source.channel(1), opened.channel(1));
        assertArrayEquals(source.label().orElseThrow(), opened.label());
        assertEquals(Optional.of(new PreparedMeta(CROP, SCAN, SHAPE, Optional.of(new CaseHistory.Padding(0, 0, 0, SHAPE)))), opened.meta());
        assertEquals(SCAN.voxels(), opened.originalLabel().orElseThrow().length);
    }

    @Test
    void regionsAreZeroOutsideTheVolume() throws IOException, CaseException {
        final PreparedCase opened = stored();
        final Shape size = new Shape(3, 9, 4);
        for (int startZ = -4; startZ <= 5; startZ++) {
            for (int startX = -5; startX <= 7; startX++) {
                requireRegion(opened, size, startZ, -2, startX);
            }
        }
    }

    private static void requireRegion(final PreparedCase opened, final Shape size, final int startZ, final int startY, final int startX) {
        final float[] values = new float[size.voxels() + 2];
        final byte[] classes = new byte[size.voxels() + 2];
        Arrays.fill(values, -1);
        Arrays.fill(classes, (byte) 9);
        opened.readRegion(1, startZ, startY, startX, size, values, 1);
        opened.readLabel(startZ, startY, startX, size, classes, 1);
        final byte[] label = preparedCase().label().orElseThrow();
        for (int z = 0; z < size.depth(); z++) {
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    final boolean inside = isInside(startZ + z, startY + y, startX + x);
                    final float expected = inside ? value(1, startZ + z, startY + y, startX + x) : 0;
                    assertEquals(expected, values[1 + size.index(z, y, x)]);
                    assertEquals(inside ? label[SHAPE.index(startZ + z, startY + y, startX + x)] : 0, classes[1 + size.index(z, y, x)]);
                }
            }
        }

        assertEquals(-1, values[0]);
        assertEquals(-1, values[values.length - 1]);
        assertEquals(9, classes[0]);
        assertEquals(9, classes[classes.length - 1]);
    }

    private static boolean isInside(final int z, final int y, final int x) {
        return z >= 0 && z < SHAPE.depth() && y >= 0 && y < SHAPE.height() && x >= 0 && x < SHAPE.width();
    }

    @Test
    void aLargeFileIsReadFromSeveralPieces() throws IOException, CaseException {
        stored();
        final long threeSlices = 3L * 5 * 6 * Float.BYTES;
        final MappedArray array = MappedArray.open(folder.resolve("a_x.npy"), NpyFile.ElementType.FLOAT32, threeSlices);
        final float[] row = new float[6];
        for (int channel = 0; channel < 2; channel++) {
            for (int z = 0; z < 4; z++) {
                array.readFloats(channel, z, 4, 0, row, 0, 6);
                assertEquals(value(channel, z, 4, 0), row[0]);
                assertEquals(value(channel, z, 4, 5), row[5]);
            }
        }
    }

    @Test
    void classesAreLocated() throws IOException, CaseException {
        requireClasses(stored());
    }

    @Test
    void classesAreLocatedWithoutTheIndex() throws IOException, CaseException {
        stored();
        Files.delete(folder.resolve("a_index.npy"));
        requireClasses(new PreparedDataset(folder).open("a"));
    }

    private static void requireClasses(final PreparedCase opened) {
        assertEquals(new TreeSet<>(Set.of(3, 200)), opened.foregroundValues());
        assertEquals(Optional.of(new Box(1, 1, 2, 3, 4, 4)), opened.boxOf(200));
        assertEquals(Optional.of(new Box(3, 4, 5, 4, 5, 6)), opened.boxOf(3));
        assertEquals(Optional.empty(), opened.boxOf(1));
        assertEquals(12, opened.countOf(200));
        assertEquals(1, opened.countOf(3));
        assertEquals(0, opened.countOf(7));
        final Random random = new Random(1);
        final Set<List<Integer>> drawn = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            final int[] voxel = opened.randomVoxel(200, random);
            assertEquals((byte) 200, opened.label()[SHAPE.index(voxel[0], voxel[1], voxel[2])]);
            drawn.add(List.of(voxel[0], voxel[1], voxel[2]));
        }

        assertEquals(12, drawn.size());
        assertArrayEquals(new int[] {3, 4, 5}, opened.randomVoxel(3, random));
        assertThrows(IllegalArgumentException.class, () -> opened.randomVoxel(1, random));
    }

    @Test
    void aCaseIsReplaced() throws IOException, CaseException {
        stored();
        final ScanCase source = preparedCase();
        final ScanCase other = new ScanCase(List.of("T1"), new float[1][SHAPE.voxels()], source.label().orElseThrow(), source.geometry(), source.history());
        final PreparedDataset dataset = new PreparedDataset(folder);
        dataset.store("a", other, Optional.empty(), SCAN);
        assertEquals(1, dataset.open("a").channels());
        assertEquals(Optional.empty(), dataset.open("a").originalLabel());
    }

    @Test
    void casesAreListedInTheReferencesOrderOnceWhole() throws IOException, CaseException {
        final PreparedDataset dataset = new PreparedDataset(folder);
        for (final String id : List.of("c2", "c1", "c10")) {
            dataset.store(id, preparedCase(), Optional.empty(), SCAN);
        }

        Files.delete(folder.resolve("c2_x.npy"));
        Files.writeString(folder.resolve(".c3_x.npy.123.part"), "");
        assertEquals(List.of("c10", "c1"), dataset.caseIds());
        assertTrue(dataset.has("c1"));
        assertFalse(dataset.has("c2"));
        assertEquals(List.of(), new PreparedDataset(folder.resolve("none")).caseIds());
    }

    @Test
    void thePlanComesBack() throws IOException, CaseException {
        final PreparedDataset dataset = new PreparedDataset(folder.resolve("new"));
        assertThrows(CaseException.class, dataset::plan);
        final Plan plan = new Plan("90", "Phantom", 3, Modality.MRI, List.of("MRI"), List.of(new LabelClass(0, "background"), new LabelClass(1, "Body")),
                new Spacing(1, 1, 1), new Shape(40, 48, 40), Optional.empty(), false);
        dataset.storePlan(plan);
        assertEquals(plan, dataset.plan());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../a", "a/b", ".a", "a\\b", "a\nb"})
    void namesThatAreNotFileNamesAreRefused(final String id) {
        final PreparedDataset dataset = new PreparedDataset(folder);
        final CaseException error = assertThrows(CaseException.class, () -> dataset.store(id, preparedCase(), Optional.empty(), SCAN));
        assertEquals(FaultCategory.UNSUPPORTED, error.category());
        assertThrows(CaseException.class, () -> dataset.open(id));
    }

    @Test
    void aCaseWithoutLabelAndALabelOfAnotherScanAreRefused() {
        final PreparedDataset dataset = new PreparedDataset(folder);
        final ScanCase source = preparedCase();
        final ScanCase unlabelled = new ScanCase(source.channelNames(), source.channels(), null, source.geometry(), source.history());
        assertEquals(FaultCategory.LABEL, assertThrows(CaseException.class, () -> dataset.store("a", unlabelled, Optional.empty(), SCAN)).category());
        assertEquals(FaultCategory.LABEL, assertThrows(CaseException.class, () -> dataset.store("a", source, Optional.of(new byte[7]), SCAN)).category());
        assertFalse(dataset.has("a"));
    }

    @Test
    void damagedFilesAreErrors() throws IOException, CaseException {
        stored();
        final PreparedDataset dataset = new PreparedDataset(folder);
        final byte[] image = Files.readAllBytes(folder.resolve("a_x.npy"));
        Files.write(folder.resolve("a_x.npy"), Arrays.copyOf(image, image.length - 4));
        assertThrows(IOException.class, () -> dataset.open("a"));
        Files.copy(folder.resolve("a_y.npy"), folder.resolve("b_x.npy"));
        Files.write(folder.resolve("b_y.npy"), image);
        assertThrows(CaseException.class, () -> dataset.open("b"));
        Files.write(folder.resolve("a_x.npy"), image);
        AtomicFile.write(folder.resolve("a_y.npy"), out -> NpyFile.writeBytes(out, new int[] {1, 4, 5, 5}, new byte[100]));
        assertEquals(FaultCategory.LABEL, assertThrows(CaseException.class, () -> dataset.open("a")).category());
    }

    @Test
    void metaOfFourRowsAsTheReferenceWritesThemSaysNothingOfPadding() throws IOException, CaseException {
        stored();
        AtomicFile.write(folder.resolve("a_meta.npy"), out -> NpyFile.writeLongs(out, new int[] {4, 3}, new long[] {1, 1, 2, 5, 6, 8, 6, 7, 8, 4, 5, 6}));
        assertEquals(Optional.of(new PreparedMeta(CROP, SCAN, SHAPE, Optional.empty())), new PreparedDataset(folder).open("a").meta());
        AtomicFile.write(folder.resolve("a_meta.npy"), out -> NpyFile.writeLongs(out, new int[] {5, 3}, new long[15]));
        assertThrows(IOException.class, () -> new PreparedDataset(folder).open("a"));
    }

    @Test
    void aFolderThatTheReferencePreparedIsOpened() throws IOException, CaseException {
        final NpzFile golden = NpzFile.read(SharedFolder.require("golden/preproc/mri_91_3d_training.npz"));
        final NpyFile image = golden.get("m01__x");
        final NpyFile label = golden.get("m01__y");
        AtomicFile.write(folder.resolve("m01_x.npy"), out -> NpyFile.writeFloats(out, image.shape(), image.floats()));
        AtomicFile.write(folder.resolve("m01_y.npy"), out -> NpyFile.writeBytes(out, label.shape(), label.bytes()));
        final PreparedCase opened = new PreparedDataset(folder).open("m01");
        assertEquals(Optional.empty(), opened.meta());
        final int voxels = opened.shape().voxels();
        assertArrayEquals(Arrays.copyOfRange(image.floats(), voxels, 2 * voxels), opened.channel(1));
        assertArrayEquals(label.bytes(), opened.label());
    }
}
