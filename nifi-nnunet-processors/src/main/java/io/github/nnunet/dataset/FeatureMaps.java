/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.List;

/**
 * How many numbers the feature maps of a U-Net hold for one patch, by which nnU-Net estimates the memory of training:
 * the outputs of two convolutions in each block of encoder and decoder, of the transposed convolutions, and of the last layer.
 */
final class FeatureMaps {
    private static final int CONVOLUTIONS = 2;
    private static final int FIRST_FILTERS = 32;
    private static final int MOST_FILTERS_3D = 320;
    private static final int MOST_FILTERS_2D = 512;

    private FeatureMaps() {
    }

    /**
     * @param patch   voxels along each axis: three for a 3D network, two for a 2D one
     * @param strides per level from the finest
     * @param classes with the background
     */
    static long count(final int[] patch, final List<List<Integer>> strides, final int classes) {
        final int[] sizes = patch.clone();
        long count = 0;
        for (int level = 0; level < strides.size(); level++) {
            long voxels = 1;
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] /= strides.get(level).get(axis);
                voxels *= sizes[axis];
            }

            final boolean isBottleneck = level == strides.size() - 1;
            final int convolutions = isBottleneck ? CONVOLUTIONS : 2 * CONVOLUTIONS + 1;
            count += convolutions * filters(level, patch.length) * voxels;
            count += level == 0 ? classes * voxels : 0;
        }

        return count;
    }

    private static long filters(final int level, final int dimensions) {
        final long most = dimensions == 3 ? MOST_FILTERS_3D : MOST_FILTERS_2D;
        return Math.min((long) FIRST_FILTERS << Math.min(level, Integer.SIZE), most);
    }
}
