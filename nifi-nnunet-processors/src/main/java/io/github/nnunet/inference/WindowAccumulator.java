/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.nio.FloatBuffer;

/**
 * Blends the logits of windows into those of the volume. What each voxel's weights sum to is found before any logits
 * come, so that the logits of mirrored passes, whose windows lie elsewhere, go into the same sums.
 */
final class WindowAccumulator {
    private final Shape volume;
    private final ImportanceMap importance;
    /** For each voxel 1 / (sum of its weights * passes), the same in the mirrored volume's own coordinates for each pass. */
    private final float[] scale;
    private final float[] factors;
    private final float[] row;
    private final LogitSums sums;
    private final int outputs;

    /**
     * @param outputs of the network
     * @param passes  how many times the whole grid is added, mirrored or not
     */
    WindowAccumulator(final Shape volume, final WindowGrid grid, final ImportanceMap importance, final int outputs, final int passes) {
        this.volume = volume;
        this.importance = importance;
        this.outputs = outputs;
        this.sums = LogitSums.of(outputs, volume.voxels());
        this.scale = new float[volume.voxels()];
        this.factors = new float[importance.shape().width()];
        this.row = new float[importance.shape().width()];
        for (int window = 0; window < grid.count(); window++) {
            addWeights(grid.start(window));
        }

        for (int voxel = 0; voxel < scale.length; voxel++) {
            scale[voxel] = 1 / (scale[voxel] * passes);
        }
    }

    private void addWeights(final int[] start) {
        final Shape roi = importance.shape();
        final float[] weights = importance.weights();
        final int firstX = Math.max(0, -start[2]);
        final int endX = Math.min(roi.width(), volume.width() - start[2]);
        for (int z = Math.max(0, -start[0]); z < Math.min(roi.depth(), volume.depth() - start[0]); z++) {
            for (int y = Math.max(0, -start[1]); y < Math.min(roi.height(), volume.height() - start[1]); y++) {
                final int weight = roi.index(z, y, 0);
                final int voxel = volume.index(start[0] + z, start[1] + y, start[2]);
                for (int x = firstX; x < endX; x++) {
                    scale[voxel + x] += weights[weight + x];
                }
            }
        }
    }

    /**
     * @param start  first voxel of the window in the mirrored volume
     * @param flip   how the volume was mirrored
     * @param logits holds the window's logits [output][z][y][x] from {@code offset} on
     */
    void add(final int[] start, final Flip flip, final FloatBuffer logits, final int offset) {
        final Shape roi = importance.shape();
        for (int z = Math.max(0, -start[0]); z < Math.min(roi.depth(), volume.depth() - start[0]); z++) {
            for (int y = Math.max(0, -start[1]); y < Math.min(roi.height(), volume.height() - start[1]); y++) {
                addRow(start, z, y, flip, logits, offset);
            }
        }
    }

    private void addRow(final int[] start, final int z, final int y, final Flip flip, final FloatBuffer logits, final int offset) {
        final Shape roi = importance.shape();
        final int first = Math.max(0, -start[2]);
        final int end = Math.min(roi.width(), volume.width() - start[2]);
        final int inWindow = roi.index(z, y, 0);
        final int inGrid = volume.index(start[0] + z, start[1] + y, start[2]);
        final float[] weights = importance.weights();
        for (int x = first; x < end; x++) {
            factors[x] = weights[inWindow + x] * scale[inGrid + x];
        }

        final int targetZ = Flip.source(flip.z(), start[0] + z, volume.depth());
        final int targetY = Flip.source(flip.y(), start[1] + y, volume.height());
        final int rowStart = volume.index(targetZ, targetY, 0);
        final int step = flip.x() ? -1 : 1;
        final int origin = rowStart + (flip.x() ? volume.width() - 1 - start[2] : start[2]);
        for (int output = 0; output < outputs; output++) {
            logits.get(offset + output * roi.voxels() + inWindow, row);
            sums.add(output, origin, step, row, factors, first, end);
        }
    }

    /** @return whether none of the blended logits is NaN or infinite */
    boolean isFinite() {
        return sums.areFinite();
    }

    /** @return blended logits once every window of every pass was added */
    Logits logits() {
        return sums.logits();
    }
}
