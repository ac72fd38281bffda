/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * Coefficients of a cubic B-spline through the voxels of a volume, or of one slice, slice by slice. They lie on the voxel
 * grid, with {@link SplineFilter#MARGIN} more beyond each face (a single slice has none beyond it along z).
 */
interface SplineCoefficients {

    /**
     * @param index of the slice, margins included. It may be that only the slices from three before the highest index asked for so far
     *              are there.
     * @return coefficients [y][x] of the slice, margins included in the index and in the rows; valid until three more slices were asked for
     */
    double[] slice(int index);

    /** @return rows of a slice, margins included */
    int height();

    /** @return length of a row, margins included */
    int width();
}
