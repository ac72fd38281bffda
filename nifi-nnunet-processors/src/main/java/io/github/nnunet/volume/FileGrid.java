/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.Orientation;

import java.util.List;

/** The grid that a NIfTI header describes, if it is one that can be worked on. */
final class FileGrid {
    private static final List<String> AXES = List.of("x", "y", "z");

    private FileGrid() {
    }

    /**
     * @param name what messages call the file
     * @throws CaseException if a spacing is not positive, or the place of the voxels in space is not a number
     */
    static Geometry of(final NiftiHeader header, final String name) throws CaseException {
        final Orientation orientation = withSpacingOfMissingAxes(header);
        final double[] pixdim = orientation.pixdim();
        for (int axis = 0; axis < pixdim.length; axis++) {
            if (!(pixdim[axis] > 0 && Double.isFinite(pixdim[axis]))) {
                throw new CaseException(FaultCategory.GEOMETRY, "%s has a voxel spacing of %s along %s; it must be a positive number of mm. Set pixdim[%d] in its header."
                        .formatted(name, pixdim[axis], AXES.get(axis), axis + 1));
            }
        }

        for (final double number : orientation.affine()) {
            if (!Double.isFinite(number)) {
                throw new CaseException(FaultCategory.GEOMETRY, "%s has %s in its orientation, so its voxels have no place in space. Correct sform or qform in its header."
                        .formatted(name, number));
            }
        }

        return new Geometry(new Shape(header.depth(), header.height(), header.width()), orientation);
    }

    /** A plane or line has no spacing along the axes that it does not have; any will do, and 1 mm is usual. */
    private static Orientation withSpacingOfMissingAxes(final NiftiHeader header) {
        final Orientation orientation = header.orientation();
        final double[] pixdim = orientation.pixdim();
        boolean changed = false;
        for (int axis = header.dimensions().size(); axis < pixdim.length; axis++) {
            if (!(pixdim[axis] > 0 && Double.isFinite(pixdim[axis]))) {
                pixdim[axis] = 1;
                changed = true;
            }
        }

        if (!changed) {
            return orientation;
        }

        return new Orientation(orientation.qfac(), pixdim, orientation.qformCode(), orientation.quaternion(), orientation.qoffset(),
                orientation.sformCode(), orientation.srow(), orientation.xyztUnits());
    }
}
