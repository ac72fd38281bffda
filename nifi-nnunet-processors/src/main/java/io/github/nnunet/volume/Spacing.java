/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

/**
 * Distance between voxel centres along each axis in mm, in array order [z][y][x].
 */
public record Spacing(double z, double y, double x) {

    /** Spacings that differ by no more than this (mm) are the same spacing. */
    public static final double TOLERANCE = 1e-5;

    public Spacing {
        if (!(isUsable(z) && isUsable(y) && isUsable(x))) {
            throw new IllegalArgumentException("A spacing must be a positive number of mm along each axis, not %s x %s x %s".formatted(z, y, x));
        }
    }

    /** @param sizes mm along [z][y][x] */
    public static Spacing of(final double[] sizes) {
        return new Spacing(sizes[0], sizes[1], sizes[2]);
    }

    /** @param axis 0 for z, 1 for y, 2 for x */
    public double along(final int axis) {
        return switch (axis) {
            case 0 -> z;
            case 1 -> y;
            case 2 -> x;
            default -> throw new IndexOutOfBoundsException("Axis %d of a volume".formatted(axis));
        };
    }

    /** @return the largest spacing over the smallest */
    public double anisotropy() {
        return Math.max(z, Math.max(y, x)) / Math.min(z, Math.min(y, x));
    }

    /** @return the spacings as a new array [z][y][x] */
    public double[] toArray() {
        return new double[] {z, y, x};
    }

    private static boolean isUsable(final double millimetres) {
        return millimetres > 0 && millimetres < Double.POSITIVE_INFINITY;
    }
}
