/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How large the training cases of a dataset are within the box of what is not zero in any channel, as nnU-Net crops them
 * before it plans. One image file is in memory at a time.
 */
final class NonZeroShapes {
    private final Shape whole;
    private final int[] start;
    private final int[] end = new int[3];

    private NonZeroShapes(final Shape whole) {
        this.whole = whole;
        this.start = whole.toArray();
    }

    /**
     * @param limits what an image may take
     * @return voxels of each case, in the order of the cases; of a case that is zero everywhere all of it
     * @throws CaseException if an image is bad
     */
    static List<Shape> of(final DatasetDescription dataset, final NiftiLimits limits) throws IOException, CaseException {
        final List<Shape> shapes = new ArrayList<>();
        for (final CaseFiles files : dataset.training()) {
            shapes.add(shapeOf(files, limits));
        }

        return shapes;
    }

    private static Shape shapeOf(final CaseFiles files, final NiftiLimits limits) throws IOException, CaseException {
        Optional<NonZeroShapes> box = Optional.empty();
        for (final Path file : files.images()) {
            final ScanCase image = CaseFile.read(file, limits);
            final NonZeroShapes known = box.orElseGet(() -> new NonZeroShapes(image.shape()));
            if (!known.whole.equals(image.shape())) {
                throw new CaseException(FaultCategory.GEOMETRY, "%s has the shape %s and the first image of case %s has %s; bring them to one grid".formatted(
                        file, image.shape(), files.id(), known.whole));
            }

            for (final float[] channel : image.channels()) {
                known.add(channel);
            }

            box = Optional.of(known);
        }

        return box.orElseThrow().shape();
    }

    private void add(final float[] channel) {
        for (int z = 0; z < whole.depth(); z++) {
            for (int y = 0; y < whole.height(); y++) {
                addRow(channel, z, y);
            }
        }
    }

    private void addRow(final float[] channel, final int z, final int y) {
        final int row = whole.index(z, y, 0);
        int first = 0;
        while (first < whole.width() && channel[row + first] == 0) {
            first++;
        }

        if (first == whole.width()) {
            return;
        }

        int last = whole.width() - 1;
        while (channel[row + last] == 0) {
            last--;
        }

        include(0, z, z);
        include(1, y, y);
        include(2, first, last);
    }

    private void include(final int axis, final int first, final int last) {
        start[axis] = Math.min(start[axis], first);
        end[axis] = Math.max(end[axis], last + 1);
    }

    private Shape shape() {
        return end[0] == 0 ? whole : new Shape(end[0] - start[0], end[1] - start[1], end[2] - start[2]);
    }
}
