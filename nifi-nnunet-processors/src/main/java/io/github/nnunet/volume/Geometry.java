/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.nifti.Orientation;

/**
 * The grid of a volume: how many voxels, and where they lie in the scanner's space.
 */
public record Geometry(Shape shape, Orientation orientation) {

    /** @return voxel spacing in mm, [z][y][x]: the header's pixdim, as the reference takes it */
    public Spacing spacing() {
        final double[] pixdim = orientation.pixdim();
        return new Spacing(pixdim[2], pixdim[1], pixdim[0]);
    }

    /** @return the grid of the voxels in the box alone */
    public Geometry cropped(final Box box) {
        final double[] offset = {box.startX(), box.startY(), box.startZ()};
        return new Geometry(box.shape(), orientation.regridded(new double[] {1, 1, 1}, offset));
    }

    /**
     * @return the grid that covers the same space with another number of voxels: the outer faces of the two grids
     *         coincide, so voxel i lies at (i + 0.5) * ratio - 0.5 of this grid
     */
    public Geometry resized(final Shape newShape) {
        final double[] scale = new double[3];
        final double[] offset = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            final int arrayAxis = 2 - axis;
            scale[axis] = (double) shape.size(arrayAxis) / newShape.size(arrayAxis);
            offset[axis] = 0.5 * scale[axis] - 0.5;
        }

        return new Geometry(newShape, orientation.regridded(scale, offset));
    }

    /** @return the grid with {@code before} voxels added at the start of each axis ([z][y][x], negative cuts) and another shape */
    public Geometry shifted(final int[] before, final Shape newShape) {
        final double[] offset = {-before[2], -before[1], -before[0]};
        return new Geometry(newShape, orientation.regridded(new double[] {1, 1, 1}, offset));
    }

    /** @return whether both grids have the same shape and lie at the same place, to {@code tolerance} mm */
    public boolean coincides(final Geometry other, final double tolerance) {
        if (!shape.equals(other.shape)) {
            return false;
        }

        final double[] mine = orientation.affine();
        final double[] theirs = other.orientation.affine();
        for (int i = 0; i < mine.length; i++) {
            if (!(Math.abs(mine[i] - theirs[i]) <= tolerance)) {
                return false;
            }
        }

        return true;
    }
}
