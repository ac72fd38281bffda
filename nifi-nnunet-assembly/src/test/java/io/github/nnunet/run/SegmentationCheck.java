/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.volume.LabelFile;

import java.io.IOException;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** What system tests hold segmentations to. */
final class SegmentationCheck {
    private static final double AFFINE_TOLERANCE = 1e-4;

    private SegmentationCheck() {
    }

    /** @return 2 |P and R| / (|P| + |R|) of the foreground, any class */
    static double foregroundDice(final Path segmentation, final Path reference) throws CaseException, IOException {
        final byte[] found = LabelFile.read(segmentation, NiftiLimits.forHeap()).voxels();
        final byte[] expected = LabelFile.read(reference, NiftiLimits.forHeap()).voxels();
        assertEquals(expected.length, found.length);
        int both = 0;
        int sum = 0;
        for (int voxel = 0; voxel < found.length; voxel++) {
            both += found[voxel] != 0 && expected[voxel] != 0 ? 1 : 0;
            sum += (found[voxel] != 0 ? 1 : 0) + (expected[voxel] != 0 ? 1 : 0);
        }

        return 2.0 * both / sum;
    }

    static void assertSameGrid(final Path scan, final Path segmentation) throws CaseException, IOException {
        assertEquals(NiftiReader.readHeader(scan).dimensions().subList(0, 3), NiftiReader.readHeader(segmentation).dimensions());
        assertArrayEquals(NiftiReader.readHeader(scan).orientation().affine(), NiftiReader.readHeader(segmentation).orientation().affine(), AFFINE_TOLERANCE);
    }
}
