/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the training cases of a dataset are like.
 *
 * @param shapes        voxels of each case, in the order of the cases
 * @param spacings      spacing of each case, in the order of the cases
 * @param targetSpacing the spacing to resample to
 * @param ctStatistics  for CT: of the voxels with a label above 0
 */
public record DatasetFingerprint(List<Shape> shapes, List<Spacing> spacings, Spacing targetSpacing, Optional<CtStatistics> ctStatistics) {

    public DatasetFingerprint {
        shapes = List.copyOf(shapes);
        spacings = List.copyOf(spacings);
    }

    /**
     * Reads the headers of all training images; for CT, all images and labels too.
     *
     * @throws CaseException if a file is not what it should be
     */
    public static DatasetFingerprint of(final DatasetDescription dataset) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }
}
