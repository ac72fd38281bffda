/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PhantomDatasetTest {
    @TempDir
    private Path folder;

    @Test
    void isADatasetOfTwoStructures() throws IOException, CaseException {
        PhantomDataset.write(folder, 6, 3);
        final DatasetDescription dataset = DatasetDescription.read(folder);
        assertEquals(6, dataset.training().size());
        final Set<Shape> shapes = new HashSet<>();
        for (final CaseFiles files : dataset.training()) {
            final ScanCase scan = CaseFile.read(files.images().getFirst(), NiftiLimits.forHeap());
            final LabelVolume label = LabelFile.read(files.label().orElseThrow(), NiftiLimits.forHeap());
            assertEquals(scan.geometry(), label.geometry());
            shapes.add(scan.shape());
            requireStructures(scan.channel(0), label.voxels());
        }

        assertTrue(shapes.size() > 1, shapes.toString());
    }

    private static void requireStructures(final float[] image, final byte[] label) {
        final double[] sum = new double[3];
        final int[] count = new int[3];
        int background = 0;
        for (int voxel = 0; voxel < label.length; voxel++) {
            if (image[voxel] == 0) {
                background++;
                assertEquals(0, label[voxel]);
            } else {
                sum[label[voxel]] += image[voxel];
                count[label[voxel]]++;
            }
        }

        assertTrue(background > label.length / 4, "The head is on zero background");
        assertTrue(count[1] > 1000 && count[2] > 150, "Both structures are there");
        assertTrue(sum[1] / count[1] > sum[0] / count[0] + 50, "The body is brighter than the head");
        assertTrue(sum[2] / count[2] > sum[1] / count[1] + 50, "The core is brighter than the body");
    }

    @Test
    void liesAskewInTheScanner() throws IOException, CaseException {
        PhantomDataset.write(folder, 1, 3);
        final Orientation orientation = CaseFile.readSummary(folder.resolve("imagesTr/phantom_001.nii.gz")).geometry().orientation();
        assertTrue(orientation.qformCode() > 0 && orientation.sformCode() > 0);
        final double[] affine = orientation.affine();
        assertTrue(affine[1] != 0 && affine[2] != 0 && affine[4] != 0, orientation.toString());
        final Orientation qform = new Orientation(orientation.qfac(), orientation.pixdim(), 1, orientation.quaternion(), orientation.qoffset(), 0, new double[12], 2);
        assertArrayEquals(affine, qform.affine(), 1e-5);
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        PhantomDataset.write(folder.resolve("a"), 2, 3);
        PhantomDataset.write(folder.resolve("b"), 3, 3);
        PhantomDataset.write(folder.resolve("c"), 2, 4);
        final String image = "imagesTr/phantom_002.nii.gz";
        assertEquals(-1, Files.mismatch(folder.resolve("a").resolve(image), folder.resolve("b").resolve(image)));
        assertTrue(Files.mismatch(folder.resolve("a").resolve(image), folder.resolve("c").resolve(image)) >= 0);
    }

    @Test
    void twentyCasesAreSmall() throws IOException {
        PhantomDataset.write(folder, 20, 3);
        try (Stream<Path> files = Files.walk(folder)) {
            final long bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
            assertTrue(bytes < 2_000_000, "%d bytes".formatted(bytes));
        }
    }

    @Test
    void noCaseIsAProgrammingError() {
        assertThrows(IllegalArgumentException.class, () -> PhantomDataset.write(folder, 0, 1));
    }
}
