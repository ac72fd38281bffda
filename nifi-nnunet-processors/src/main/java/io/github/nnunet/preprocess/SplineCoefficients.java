/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/**
 * Coefficients of the tensor-product cubic B-spline through the voxels of a volume, or of one slice. They lie on the
 * voxel grid, with {@link SplineFilter#MARGIN} more beyond each face (a slice has none beyond it along z).
 */
final class SplineCoefficients {
    private static final int MARGIN = SplineFilter.MARGIN;
    /** Lines filtered side by side: so many that their scratch stays in the processor's cache. */
    private static final int BLOCK = 128;

    private final double[][] slices;
    private final int height;
    private final int width;

    private SplineCoefficients(final double[][] slices, final int height, final int width) {
        this.slices = slices;
        this.height = height;
        this.width = width;
    }

    /** @return the coefficients of a whole volume [z][y][x] */
    static SplineCoefficients ofVolume(final float[] source, final Shape shape) {
        final SplineCoefficients coefficients = empty(shape.depth() + 2 * MARGIN, shape);
        final SplineFilter filter = new SplineFilter(shape.depth(), Math.min(BLOCK, shape.width()));
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x += BLOCK) {
                coefficients.filterAlongZ(filter, source, shape, y, x);
            }
        }

        coefficients.filterInPlane(shape);
        return coefficients;
    }

    /** @return the coefficients of one slice of a volume, in its plane only */
    static SplineCoefficients ofSlice(final float[] source, final Shape shape, final int z) {
        final SplineCoefficients coefficients = empty(1, shape);
        final double[] slice = coefficients.slices[0];
        for (int y = 0; y < shape.height(); y++) {
            final int from = shape.index(z, y, 0);
            final int to = (y + MARGIN) * coefficients.width + MARGIN;
            for (int x = 0; x < shape.width(); x++) {
                slice[to + x] = source[from + x];
            }
        }

        coefficients.filterInPlane(shape);
        return coefficients;
    }

    private static SplineCoefficients empty(final int depth, final Shape shape) {
        final int height = shape.height() + 2 * MARGIN;
        final int width = shape.width() + 2 * MARGIN;
        return new SplineCoefficients(new double[depth][Math.multiplyExact(height, width)], height, width);
    }

    private void filterAlongZ(final SplineFilter filter, final float[] source, final Shape shape, final int y, final int startX) {
        final int columns = Math.min(BLOCK, shape.width() - startX);
        for (int z = 0; z < shape.depth(); z++) {
            final double[] sample = filter.sample(z);
            final int from = shape.index(z, y, startX);
            for (int x = 0; x < columns; x++) {
                sample[x] = source[from + x];
            }
        }

        filter.filter(columns);
        final int to = (y + MARGIN) * width + MARGIN + startX;
        for (int z = 0; z < slices.length; z++) {
            System.arraycopy(filter.coefficient(z - MARGIN), 0, slices[z], to, columns);
        }
    }

    private void filterInPlane(final Shape shape) {
        final SplineFilter alongY = new SplineFilter(shape.height(), Math.min(BLOCK, shape.width()));
        final SplineFilter alongX = new SplineFilter(shape.width(), Math.min(BLOCK, height));
        for (final double[] slice : slices) {
            for (int x = 0; x < shape.width(); x += BLOCK) {
                filterAlongY(alongY, slice, x + MARGIN, Math.min(BLOCK, shape.width() - x));
            }

            for (int y = 0; y < height; y += BLOCK) {
                filterAlongX(alongX, slice, y, Math.min(BLOCK, height - y));
            }
        }
    }

    private void filterAlongY(final SplineFilter filter, final double[] slice, final int startX, final int columns) {
        for (int y = 0; y < height - 2 * MARGIN; y++) {
            System.arraycopy(slice, (y + MARGIN) * width + startX, filter.sample(y), 0, columns);
        }

        filter.filter(columns);
        for (int y = 0; y < height; y++) {
            System.arraycopy(filter.coefficient(y - MARGIN), 0, slice, y * width + startX, columns);
        }
    }

    private void filterAlongX(final SplineFilter filter, final double[] slice, final int startY, final int rows) {
        for (int x = 0; x < width - 2 * MARGIN; x++) {
            final double[] sample = filter.sample(x);
            final int from = startY * width + MARGIN + x;
            for (int row = 0; row < rows; row++) {
                sample[row] = slice[from + row * width];
            }
        }

        filter.filter(rows);
        for (int x = 0; x < width; x++) {
            final double[] coefficient = filter.coefficient(x - MARGIN);
            final int to = startY * width + x;
            for (int row = 0; row < rows; row++) {
                slice[to + row * width] = coefficient[row];
            }
        }
    }

    /** @return coefficients [y][x] of a slice, margins included in the index and in the rows */
    double[] slice(final int index) {
        return slices[index];
    }

    /** @return rows of a slice, margins included */
    int height() {
        return height;
    }

    /** @return length of a row, margins included */
    int width() {
        return width;
    }
}
