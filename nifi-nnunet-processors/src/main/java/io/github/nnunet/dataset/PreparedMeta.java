/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How a prepared case lies in its scan.
 *
 * @param crop     what was kept of the scan
 * @param original the scan's shape
 * @param cropped  the shape after cropping, before resampling
 */
public record PreparedMeta(Box crop, Shape original, Shape cropped) {
    private static final int ROWS = 4;
    private static final int AXES = 3;

    /** @return what the history of a case says; without cropping the box is the whole scan */
    static PreparedMeta of(final CaseHistory history) {
        final Shape original = history.scan().shape();
        final Box crop = history.crop().orElse(Box.whole(original));
        return new PreparedMeta(crop, original, crop.shape());
    }

    /** @return rows of z, y, x: box start, box end, original shape, cropped shape */
    long[] toRows() {
        return new long[] {
                crop.startZ(), crop.startY(), crop.startX(),
                crop.endZ(), crop.endY(), crop.endX(),
                original.depth(), original.height(), original.width(),
                cropped.depth(), cropped.height(), cropped.width(),
        };
    }

    /** @throws IOException if the array is not 4x3, or its numbers cannot be */
    static PreparedMeta of(final NpyFile rows, final Path file) throws IOException {
        if (!Arrays.equals(rows.shape(), new int[] {ROWS, AXES}) || rows.type() != NpyFile.ElementType.INT64) {
            throw new IOException("%s is not an int64 array of 4x3".formatted(file));
        }

        final long[] values = rows.longs();
        final int[] sizes = new int[values.length];
        Arrays.setAll(sizes, i -> (int) values[i]);
        try {
            return new PreparedMeta(new Box(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]),
                    new Shape(sizes[6], sizes[7], sizes[8]), new Shape(sizes[9], sizes[10], sizes[11]));
        } catch (final IllegalArgumentException e) {
            throw new IOException("%s has impossible numbers: %s".formatted(file, e.getMessage()), e);
        }
    }
}
