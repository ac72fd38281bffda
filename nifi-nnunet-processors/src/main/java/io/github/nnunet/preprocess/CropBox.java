/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

import java.util.Optional;

/** Finds the smallest box that holds the foreground of all channels together. */
public final class CropBox {
    private final Shape shape;
    private final int[] start;
    private final int[] end = new int[3];

    private CropBox(final Shape shape) {
        this.shape = shape;
        this.start = shape.toArray();
    }

    /**
     * @param channels   [channel][z*y*x]
     * @param shape      shape of each channel
     * @param foreground which voxels count
     * @return the box, or nothing where no voxel counts
     */
    public static Optional<Box> of(final float[][] channels, final Shape shape, final Foreground foreground) {
        final CropBox box = new CropBox(shape);
        for (final float[] channel : channels) {
            box.include(channel, foreground == Foreground.NOT_ZERO);
        }

        if (box.end[0] == 0) {
            return Optional.empty();
        }
        return Optional.of(new Box(box.start[0], box.start[1], box.start[2], box.end[0], box.end[1], box.end[2]));
    }

    private void include(final float[] channel, final boolean negativeToo) {
        final int width = shape.width();
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                final int row = shape.index(z, y, 0);
                // Of a row through the box so far only what lies beside the box can make it larger.
                final boolean isThrough = z >= start[0] && z < end[0] && y >= start[1] && y < end[1];
                final int first = firstCounted(channel, row, isThrough ? start[2] : width, negativeToo);
                if (isThrough || first < width) {
                    include(0, z, z + 1);
                    include(1, y, y + 1);
                    include(2, first, endOfCounted(channel, row, end[2], negativeToo));
                }
            }
        }
    }

    private void include(final int axis, final int from, final int to) {
        start[axis] = Math.min(start[axis], from);
        end[axis] = Math.max(end[axis], to);
    }

    /** @return where in the row the first voxel is that counts, {@code length} if none of so many does */
    private static int firstCounted(final float[] channel, final int row, final int length, final boolean negativeToo) {
        int x = 0;
        while (x < length && !counts(channel[row + x], negativeToo)) {
            x++;
        }

        return x;
    }

    /** @return what follows the last voxel of the row that counts, at least {@code least} */
    private int endOfCounted(final float[] channel, final int row, final int least, final boolean negativeToo) {
        int last = shape.width();
        while (last > least && !counts(channel[row + last - 1], negativeToo)) {
            last--;
        }

        return last;
    }

    private static boolean counts(final float value, final boolean negativeToo) {
        return value > 0 || negativeToo && value < 0;
    }
}
