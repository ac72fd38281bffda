/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

/**
 * Where the windows of a volume start: every {@code (int) (roi * (1 - overlap))} voxels, the last window of an axis
 * moved back so that it ends with the volume (MONAI's dense patches). A volume smaller than the window along an axis
 * has one window there, which starts before the volume by half the missing voxels, rounded down.
 */
public final class WindowGrid {
    private final Shape roi;
    private final int[] startsZ;
    private final int[] startsY;
    private final int[] startsX;

    private WindowGrid(final Shape roi, final int[] startsZ, final int[] startsY, final int[] startsX) {
        this.roi = roi;
        this.startsZ = startsZ;
        this.startsY = startsY;
        this.startsX = startsX;
    }

    /**
     * @param volume  size of the volume
     * @param roi     size of a window
     * @param overlap from 0 to below 1
     */
    public static WindowGrid of(final Shape volume, final Shape roi, final double overlap) {
        return new WindowGrid(roi, starts(volume.depth(), roi.depth(), overlap), starts(volume.height(), roi.height(), overlap),
                starts(volume.width(), roi.width(), overlap));
    }

    /** @return first voxels of the windows along an axis of a volume with {@code size} voxels; one negative or zero start where the window is larger */
    static int[] starts(final int size, final int roi, final double overlap) {
        if (size <= roi) {
            return new int[] {-((roi - size) / 2)};
        }

        final int interval = Math.max(1, (int) (roi * (1 - overlap)));
        final int count = 1 + (size - roi + interval - 1) / interval;
        final int[] starts = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = Math.min(i * interval, size - roi);
        }

        return starts;
    }

    public Shape roi() {
        return roi;
    }

    /** @return number of windows */
    public int count() {
        return Math.multiplyExact(Math.multiplyExact(startsZ.length, startsY.length), startsX.length);
    }

    /** @return first voxel [z][y][x] of a window; the windows go on along x first, then y, then z */
    public int[] start(final int window) {
        final int x = window % startsX.length;
        final int y = window / startsX.length % startsY.length;
        final int z = window / startsX.length / startsY.length;
        return new int[] {startsZ[z], startsY[y], startsX[x]};
    }
}
