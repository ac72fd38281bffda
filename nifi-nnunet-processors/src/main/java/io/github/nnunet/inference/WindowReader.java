/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Copies windows out of a volume, mirrored if so wanted, zeros where a window reaches beyond the volume. */
final class WindowReader {
    private final float[][] channels;
    private final Shape volume;
    private final Shape roi;
    private final float[] row;

    WindowReader(final float[][] channels, final Shape volume, final Shape roi) {
        this.channels = channels;
        this.volume = volume;
        this.roi = roi;
        this.row = new float[roi.width()];
    }

    /**
     * @param start  first voxel of the window [z][y][x] in the mirrored volume
     * @param target receives the window [channel][z][y][x] from {@code offset} on
     */
    void read(final int[] start, final Flip flip, final FloatBuffer target, final int offset) {
        int position = offset;
        for (final float[] channel : channels) {
            for (int z = 0; z < roi.depth(); z++) {
                final int sourceZ = Flip.source(flip.z(), start[0] + z, volume.depth());
                for (int y = 0; y < roi.height(); y++) {
                    final int sourceY = Flip.source(flip.y(), start[1] + y, volume.height());
                    readRow(channel, sourceZ, sourceY, start[2], flip.x());
                    target.put(position, row);
                    position += roi.width();
                }
            }
        }
    }

    private void readRow(final float[] channel, final int z, final int y, final int startX, final boolean mirrored) {
        final boolean outside = z < 0 || z >= volume.depth() || y < 0 || y >= volume.height();
        if (outside) {
            Arrays.fill(row, 0);
            return;
        }

        final int first = Math.max(0, -startX);
        final int end = Math.min(roi.width(), volume.width() - startX);
        Arrays.fill(row, 0, first, 0);
        Arrays.fill(row, end, row.length, 0);
        if (mirrored) {
            final int last = volume.index(z, y, volume.width() - 1 - startX);
            for (int x = first; x < end; x++) {
                row[x] = channel[last - x];
            }
        } else {
            System.arraycopy(channel, volume.index(z, y, startX + first), row, first, end - first);
        }
    }
}
