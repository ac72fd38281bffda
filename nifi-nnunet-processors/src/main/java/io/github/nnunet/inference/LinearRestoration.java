/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.dataset.PreparedMeta;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.preprocess.LinearResize;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;

import java.util.Arrays;

/**
 * Gives the logits of a prediction at the voxels of the scan, a row at a time: padding is taken away, and each output is
 * interpolated linearly to the cropped shape, the grids' corners on each other. Quicker than {@link ScanRestoration}, and what the
 * reference's validation does. Beside the logits, one slice of each output is in memory; and those of one padded case without its padding.
 */
public final class LinearRestoration {
    private final ScanPlacement placement;

    /** Receives a run of voxels along x. */
    @FunctionalInterface
    public interface Row {
        /**
         * @param logits [output][voxel], to be read at once
         * @param source position of the first voxel in the logits
         * @param target position of the first voxel in the scan's arrays
         * @param length number of voxels
         */
        void at(float[][] logits, int source, int target, int length);
    }

    private LinearRestoration(final ScanPlacement placement) {
        this.placement = placement;
    }

    /**
     * @param prepared shape of the prepared grid
     * @param meta     how the case was cropped
     * @param padding  how it was padded
     * @throws CaseException if the steps of preparation do not lead from the scan to the prepared shape
     */
    public static LinearRestoration of(final Shape prepared, final PreparedMeta meta, final CaseHistory.Padding padding) throws CaseException {
        return new LinearRestoration(ScanPlacement.of(prepared, meta.original(), meta.crop(), padding));
    }

    /** Goes through the voxels of the scan that the prediction says something about; the others are background. */
    public void forEachRow(final float[][] logits, final Row row) {
        if (placement.isResized()) {
            forEachResizedRow(logits, row);
        } else {
            placement.forEachRow((source, target, length) -> row.at(logits, source, target, length));
        }
    }

    private void forEachResizedRow(final float[][] logits, final Row row) {
        final Shape shape = placement.restoredShape();
        final SliceSource[] sources = Arrays.stream(logits).map(output -> LinearResize.slices(placement.withoutPadding(output), placement.unpadded(), shape)).toArray(SliceSource[]::new);
        final float[][] slices = new float[logits.length][shape.height() * shape.width()];
        for (int z = 0; z < shape.depth(); z++) {
            for (int output = 0; output < slices.length; output++) {
                sources[output].slice(z, slices[output], 0);
            }

            for (int y = 0; y < shape.height(); y++) {
                row.at(slices, y * shape.width(), placement.rowInScan(z, y), shape.width());
            }
        }
    }
}
