/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/** The filters along y and x that turn a slice into coefficients in its plane. Not for several threads at once. */
final class SplinePlane {
    private static final int MARGIN = SplineFilter.MARGIN;
    /** Lines filtered side by side: so many that their scratch stays in the processor's cache. */
    private static final int BLOCK = 128;

    private final int height;
    private final int width;
    private final SplineFilter alongY;
    private final SplineFilter alongX;

    /** @param shape of the volume that the slices are of */
    SplinePlane(final Shape shape) {
        this.height = shape.height() + 2 * MARGIN;
        this.width = shape.width() + 2 * MARGIN;
        this.alongY = new SplineFilter(shape.height(), Math.min(BLOCK, shape.width()));
        this.alongX = new SplineFilter(shape.width(), Math.min(BLOCK, height));
    }

    /** @return rows of a slice, margins included */
    int height() {
        return height;
    }

    /** @return length of a row, margins included */
    int width() {
        return width;
    }

    /** @return a slice without values */
    double[] empty() {
        return new double[Math.multiplyExact(height, width)];
    }

    /** @return where the values of a row begin in a slice */
    int start(final int row) {
        return (row + MARGIN) * width + MARGIN;
    }

    /** Replaces the values of a slice by coefficients, and fills its margins. */
    void filter(final double[] slice) {
        for (int x = 0; x < width - 2 * MARGIN; x += BLOCK) {
            filterAlongY(slice, x + MARGIN, Math.min(BLOCK, width - 2 * MARGIN - x));
        }

        for (int y = 0; y < height; y += BLOCK) {
            filterAlongX(slice, y, Math.min(BLOCK, height - y));
        }
    }

    private void filterAlongY(final double[] slice, final int startX, final int columns) {
        for (int y = 0; y < height - 2 * MARGIN; y++) {
            System.arraycopy(slice, (y + MARGIN) * width + startX, alongY.sample(y), 0, columns);
        }

        alongY.filter(columns);
        for (int y = 0; y < height; y++) {
            System.arraycopy(alongY.coefficient(y - MARGIN), 0, slice, y * width + startX, columns);
        }
    }

    private void filterAlongX(final double[] slice, final int startY, final int rows) {
        for (int x = 0; x < width - 2 * MARGIN; x++) {
            final double[] sample = alongX.sample(x);
            final int from = startY * width + MARGIN + x;
            for (int row = 0; row < rows; row++) {
                sample[row] = slice[from + row * width];
            }
        }

        alongX.filter(rows);
        for (int x = 0; x < width; x++) {
            final double[] coefficient = alongX.coefficient(x - MARGIN);
            final int to = startY * width + x;
            for (int row = 0; row < rows; row++) {
                slice[to + row * width] = coefficient[row];
            }
        }
    }
}
