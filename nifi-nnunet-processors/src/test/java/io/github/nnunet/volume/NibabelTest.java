/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.ReferencePython;
import io.github.nnunet.dataset.PhantomDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** What others find in the files written here: the script compares affine, spacing, units and shape exactly. */
class NibabelTest {
    @TempDir
    private Path folder;
    private Path scan;
    private ScanCase phantom;

    @BeforeEach
    void writePhantom() throws IOException, CaseException, InterruptedException {
        ReferencePython.require("nibabel");
        PhantomDataset.write(folder, 1, 7);
        scan = folder.resolve("imagesTr/phantom_001.nii.gz");
        phantom = CaseFile.read(scan, NiftiLimits.forHeap());
    }

    @ParameterizedTest
    @ValueSource(strings = {"label.nii", "label.nii.gz"})
    void aSegmentationLiesOnItsScan(final String name) throws IOException, InterruptedException {
        final Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            LabelFile.write(out, new byte[phantom.shape().voxels()], phantom.geometry(), name.endsWith(".gz"));
        }

        assertEquals("same grid, uint8", ReferencePython.run("compare_grids.py", scan, file).strip());
    }

    @Test
    void aCaseLiesOnItsScan() throws IOException, InterruptedException {
        final Path file = folder.resolve("case.nii");
        try (OutputStream out = Files.newOutputStream(file)) {
            CaseFile.write(out, phantom);
        }

        assertEquals("same grid, float32", ReferencePython.run("compare_grids.py", scan, file).strip());
    }
}
