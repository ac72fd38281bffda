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
import java.util.Optional;

/**
 * How a prepared case lies in its scan.
 *
 * @param crop     what was kept of the scan
 * @param original the scan's shape
 * @param cropped  the shape after cropping, before resampling
 * @param padding  what padding added or cut after resampling; empty where the file has the reference's four rows only
 */
public record PreparedMeta(Box crop, Shape original, Shape cropped, Optional<CaseHistory.Padding> padding) {
    private static final int ROWS = 6;
    private static final int ROWS_OF_REFERENCE = 4;
    private static final int AXES = 3;
    private static final int PADDING = ROWS_OF_REFERENCE * AXES;

    /**
     * @param prepared the shape after all steps
     * @return what the history of a case says; without cropping the box is the whole scan
     */
    static PreparedMeta of(final CaseHistory history, final Shape prepared) {
        final Shape original = history.scan().shape();
        final Box crop = history.crop().orElse(Box.whole(original));
        return new PreparedMeta(crop, original, crop.shape(), history.padding().or(() -> Optional.of(new CaseHistory.Padding(0, 0, 0, prepared))));
    }

    /** @return shape of the array that {@link #toRows} gives */
    int[] rowsShape() {
        return new int[] {padding.isPresent() ? ROWS : ROWS_OF_REFERENCE, AXES};
    }

    /**
     * @return rows of z, y, x: box start, box end, original shape, cropped shape, which are the reference's; then voxels that
     *         padding added before the first one (negative: cut), and the shape before padding
     */
    long[] toRows() {
        final long[] rows = Arrays.copyOf(new long[] {
                crop.startZ(), crop.startY(), crop.startX(),
                crop.endZ(), crop.endY(), crop.endX(),
                original.depth(), original.height(), original.width(),
                cropped.depth(), cropped.height(), cropped.width(),
        }, rowsShape()[0] * AXES);
        padding.ifPresent(padded -> {
            rows[PADDING] = padded.beforeZ();
            rows[PADDING + 1] = padded.beforeY();
            rows[PADDING + 2] = padded.beforeX();
            for (int axis = 0; axis < AXES; axis++) {
                rows[PADDING + AXES + axis] = padded.from().size(axis);
            }
        });
        return rows;
    }

    /** @throws IOException if the array is neither 4x3 nor 6x3, or its numbers cannot be */
    static PreparedMeta of(final NpyFile rows, final Path file) throws IOException {
        final boolean isOfReference = Arrays.equals(rows.shape(), new int[] {ROWS_OF_REFERENCE, AXES});
        if (!isOfReference && !Arrays.equals(rows.shape(), new int[] {ROWS, AXES}) || rows.type() != NpyFile.ElementType.INT64) {
            throw new IOException("%s is not an int64 array of 4x3 or 6x3".formatted(file));
        }

        final int[] sizes = Arrays.stream(rows.longs()).mapToInt(value -> (int) value).toArray();
        try {
            return new PreparedMeta(new Box(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]),
                    shape(sizes, 6), shape(sizes, 9), isOfReference ? Optional.empty() : Optional.of(padding(sizes)));
        } catch (final IllegalArgumentException e) {
            throw new IOException("%s has impossible numbers: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static CaseHistory.Padding padding(final int[] sizes) {
        return new CaseHistory.Padding(sizes[PADDING], sizes[PADDING + 1], sizes[PADDING + 2], shape(sizes, PADDING + AXES));
    }

    private static Shape shape(final int[] sizes, final int first) {
        return new Shape(sizes[first], sizes[first + 1], sizes[first + 2]);
    }
}
