/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.preprocess.CubicResize;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;

import java.util.Arrays;

/** How the prepared grid lies in the scan's grid: what the history of a case says about it, undone. */
final class ScanPlacement {

    /** Receives a run of voxels along x. */
    @FunctionalInterface
    interface Row {
        /**
         * @param source position of the first voxel in the restored grid's arrays
         * @param target position of the first voxel in the scan's arrays
         * @param length number of voxels
         */
        void at(int source, int target, int length);
    }

    private final Shape prepared;
    private final int[] before;
    private final Shape unpadded;
    private final Box crop;
    private final Shape scan;

    private ScanPlacement(final Shape prepared, final int[] before, final Shape unpadded, final Box crop, final Shape scan) {
        this.prepared = prepared;
        this.before = before;
        this.unpadded = unpadded;
        this.crop = crop;
        this.scan = scan;
    }

    /** @throws CaseException if the steps of the history do not lead from the scan to the prepared shape */
    static ScanPlacement of(final Shape prepared, final CaseHistory history) throws CaseException {
        final Shape scan = history.scan().shape();
        final Box crop = history.crop().orElse(Box.whole(scan));
        final Shape cropped = crop.shape();
        final Shape resampledFrom = history.resampledFrom().orElse(cropped);
        require(resampledFrom.equals(cropped), "it was cropped to %s voxels but resampled from %s".formatted(cropped, resampledFrom));
        final CaseHistory.Padding padding = history.padding().orElse(new CaseHistory.Padding(0, 0, 0, prepared));
        final boolean resampled = history.resampledFrom().isPresent();
        require(resampled || padding.from().equals(cropped), "it was cropped to %s voxels and not resampled, yet %s were expected".formatted(cropped, padding.from()));
        return of(prepared, scan, crop, padding);
    }

    /**
     * @param padding what was added to, or cut from, the resampled case
     * @throws CaseException if the steps do not lead from the scan to the prepared shape
     */
    static ScanPlacement of(final Shape prepared, final Shape scan, final Box crop, final CaseHistory.Padding padding) throws CaseException {
        require(crop.isWithin(scan), "the crop box reaches beyond the scan of %s voxels".formatted(scan));
        final int[] before = {padding.beforeZ(), padding.beforeY(), padding.beforeX()};
        for (int axis = 0; axis < before.length; axis++) {
            final int first = Math.max(0, -before[axis]);
            final int end = Math.min(padding.from().size(axis), prepared.size(axis) - before[axis]);
            require(first < end, "padding by %s leaves nothing of %s voxels".formatted(Arrays.toString(before), padding.from()));
        }

        return new ScanPlacement(prepared, before, padding.from(), crop, scan);
    }

    private static void require(final boolean holds, final String fact) throws CaseException {
        if (!holds) {
            throw new CaseException(FaultCategory.GEOMETRY,
                    "The prediction cannot be put back into its scan, as the case's history contradicts itself (%s): prepare the case again from the scan".formatted(fact));
        }
    }

    Shape scan() {
        return scan;
    }

    /** @return whether the logits have to be resized, so that {@link #restored} makes a new array of the cropped shape */
    boolean isResized() {
        return !unpadded.equals(crop.shape());
    }

    /** @return the shape after resampling, before padding */
    Shape unpadded() {
        return unpadded;
    }

    /** @return shape of the arrays that {@link #restored} gives */
    Shape restoredShape() {
        return isResized() ? crop.shape() : prepared;
    }

    /** @return the logits at the spacing of the scan: resized, or the same array where nothing was resampled */
    float[] restored(final float[] logits, final SliceTeam team) {
        return isResized() ? resizedSlices(logits, team).volume(crop.shape()) : logits;
    }

    /** @return resized logits of the cropped shape, a slice at a time */
    SliceSource resizedSlices(final float[] logits, final SliceTeam team) {
        return CubicResize.slices(withoutPadding(logits), unpadded, crop.shape(), team);
    }

    /** @return the position in the scan's arrays of the first voxel of a row of the cropped shape */
    int rowInScan(final int z, final int y) {
        return scan.index(crop.startZ() + z, crop.startY() + y, crop.startX());
    }

    /** As for one output, for all. */
    float[][] restored(final float[][] logits, final SliceTeam team) {
        final float[][] restored = new float[logits.length][];
        for (int output = 0; output < logits.length; output++) {
            restored[output] = restored(logits[output], team);
        }

        return restored;
    }

    /** Voxels that padding cut away have logits of 0, which is background. */
    float[] withoutPadding(final float[] logits) {
        if (unpadded.equals(prepared)) {
            return logits;
        }

        final float[] target = new float[unpadded.voxels()];
        final int firstX = Math.max(0, -before[2]);
        final int endX = Math.min(unpadded.width(), prepared.width() - before[2]);
        for (int z = Math.max(0, -before[0]); z < Math.min(unpadded.depth(), prepared.depth() - before[0]); z++) {
            for (int y = Math.max(0, -before[1]); y < Math.min(unpadded.height(), prepared.height() - before[1]); y++) {
                System.arraycopy(logits, prepared.index(z + before[0], y + before[1], firstX + before[2]), target, unpadded.index(z, y, firstX), endX - firstX);
            }
        }

        return target;
    }

    /** Goes through the voxels of the scan that the restored arrays say something about. */
    void forEachRow(final Row row) {
        final Shape cropped = crop.shape();
        final Shape restored = restoredShape();
        final int beforeZ = isResized() ? 0 : before[0];
        final int beforeY = isResized() ? 0 : before[1];
        final int beforeX = isResized() ? 0 : before[2];
        final int firstX = Math.max(0, -beforeX);
        final int endX = Math.min(cropped.width(), restored.width() - beforeX);
        for (int z = Math.max(0, -beforeZ); z < Math.min(cropped.depth(), restored.depth() - beforeZ); z++) {
            for (int y = Math.max(0, -beforeY); y < Math.min(cropped.height(), restored.height() - beforeY); y++) {
                final int source = restored.index(z + beforeZ, y + beforeY, firstX + beforeX);
                final int target = scan.index(crop.startZ() + z, crop.startY() + y, crop.startX() + firstX);
                row.at(source, target, endX - firstX);
            }
        }
    }
}
