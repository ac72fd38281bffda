/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

/**
 * Number of voxels along each axis of a volume, in array order [z][y][x]. A 2D image has depth 1.
 *
 * @param depth  slices, the slowest axis (NIfTI z)
 * @param height rows (NIfTI y)
 * @param width  columns, the fastest axis (NIfTI x)
 */
public record Shape(int depth, int height, int width) {

    public Shape {
        if (depth < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("A shape needs at least one voxel along each axis, not %d x %d x %d".formatted(depth, height, width));
        }
    }

    /** @param sizes voxels along [z][y][x] */
    public static Shape of(final int[] sizes) {
        return new Shape(sizes[0], sizes[1], sizes[2]);
    }

    /** @return the number of voxels, which may be more than an array can hold */
    public long count() {
        return (long) depth * height * width;
    }

    /**
     * @return the number of voxels as an array length
     * @throws ArithmeticException if a Java array cannot be that long
     */
    public int voxels() {
        return Math.toIntExact(count());
    }

    /** @param axis 0 for z, 1 for y, 2 for x */
    public int size(final int axis) {
        return switch (axis) {
            case 0 -> depth;
            case 1 -> height;
            case 2 -> width;
            default -> throw new IndexOutOfBoundsException("Axis %d of a volume".formatted(axis));
        };
    }

    /** @return position of a voxel in a flat [z][y][x] array */
    public int index(final int z, final int y, final int x) {
        return (z * height + y) * width + x;
    }

    /** @return the sizes as a new array [z][y][x] */
    public int[] toArray() {
        return new int[] {depth, height, width};
    }

    @Override
    public String toString() {
        return depth + "x" + height + "x" + width;
    }
}
