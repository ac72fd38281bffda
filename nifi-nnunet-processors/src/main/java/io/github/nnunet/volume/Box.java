/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

/**
 * A box of voxels [start, end) in the grid of a volume, each corner in array order z, y, x.
 */
public record Box(int startZ, int startY, int startX, int endZ, int endY, int endX) {

    public Box {
        if (startZ < 0 || startY < 0 || startX < 0 || endZ <= startZ || endY <= startY || endX <= startX) {
            throw new IllegalArgumentException("Not a box of voxels: %d,%d,%d to %d,%d,%d".formatted(startZ, startY, startX, endZ, endY, endX));
        }
    }

    /** @return the box of a whole volume */
    public static Box whole(final Shape shape) {
        return new Box(0, 0, 0, shape.depth(), shape.height(), shape.width());
    }

    public Shape shape() {
        return new Shape(endZ - startZ, endY - startY, endX - startX);
    }

    /** @param axis 0 for z, 1 for y, 2 for x */
    public int start(final int axis) {
        return switch (axis) {
            case 0 -> startZ;
            case 1 -> startY;
            case 2 -> startX;
            default -> throw new IndexOutOfBoundsException("Axis %d of a volume".formatted(axis));
        };
    }

    /** @param axis 0 for z, 1 for y, 2 for x */
    public int end(final int axis) {
        return start(axis) + shape().size(axis);
    }

    public boolean isWithin(final Shape shape) {
        return endZ <= shape.depth() && endY <= shape.height() && endX <= shape.width();
    }
}
