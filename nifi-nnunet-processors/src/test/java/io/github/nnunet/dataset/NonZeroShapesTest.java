/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class NonZeroShapesTest {
    private static final Shape SHAPE = new Shape(5, 6, 7);

    @TempDir
    private Path folder;

    private Path image(final String name, final Shape shape, final int... nonZero) throws IOException {
        final float[] values = new float[shape.voxels()];
        for (final int index : nonZero) {
            values[index] = -3;
        }

        final Path file = folder.resolve(name);
        final NiftiHeader header = NiftiHeader.of(List.of(shape.width(), shape.height(), shape.depth()), DataType.FLOAT32, Orientation.aligned(1, 1, 1));
        try (OutputStream out = Files.newOutputStream(file)) {
            NiftiWriter.writeHeader(out, header);
            NiftiWriter.writeVolume(out, header, values);
        }

        return file;
    }

    private List<Shape> shapes(final Path... images) throws IOException, CaseException {
        final CaseFiles files = new CaseFiles("a", List.of(images), Optional.empty());
        return NonZeroShapes.of(new DatasetDescription("x", folder, Modality.MRI, List.of("T1"), List.of(), List.of(files), List.of()), NiftiLimits.forHeap());
    }

    @Test
    void theBoxHoldsTheChannelsOfAllFiles() throws IOException, CaseException {
        final Path one = image("one.nii", SHAPE, SHAPE.index(1, 2, 3));
        final Path other = image("other.nii", SHAPE, SHAPE.index(3, 2, 5), SHAPE.index(2, 3, 4));
        assertEquals(List.of(new Shape(1, 1, 1)), shapes(one));
        assertEquals(List.of(new Shape(3, 2, 3)), shapes(one, other));
    }

    @Test
    void aCaseOfZerosIsTakenWhole() throws IOException, CaseException {
        assertEquals(List.of(SHAPE), shapes(image("zeros.nii", SHAPE)));
    }

    @Test
    void filesOfOneCaseHaveOneShape() throws IOException {
        final Path one = image("one.nii", SHAPE, 3);
        final Path other = image("other.nii", new Shape(5, 6, 8), 3);
        assertEquals(FaultCategory.GEOMETRY, assertThrows(CaseException.class, () -> shapes(one, other)).category());
    }
}
