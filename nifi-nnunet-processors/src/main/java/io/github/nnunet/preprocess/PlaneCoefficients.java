/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;

/** Coefficients of single slices, each by itself. */
final class PlaneCoefficients implements SplineCoefficients {
    private final SplinePlane plane;
    private final double[] slice;

    /** @param shape of the volume that the slices are of */
    PlaneCoefficients(final Shape shape) {
        plane = new SplinePlane(shape);
        slice = plane.empty();
    }

    /** Turns to slice z of a volume [z][y][x]. */
    void set(final float[] source, final Shape shape, final int z) {
        for (int y = 0; y < shape.height(); y++) {
            final int from = shape.index(z, y, 0);
            final int to = plane.start(y);
            for (int x = 0; x < shape.width(); x++) {
                slice[to + x] = source[from + x];
            }
        }

        plane.filter(slice);
    }

    @Override
    public double[] slice(final int index) {
        return slice;
    }

    @Override
    public int height() {
        return plane.height();
    }

    @Override
    public int width() {
        return plane.width();
    }
}
