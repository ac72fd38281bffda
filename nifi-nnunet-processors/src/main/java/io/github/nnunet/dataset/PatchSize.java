/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.Arrays;

/**
 * Chooses how large a part of a scan the network sees: as much of the median case as a budget of voxels lets it, cut where
 * it is longest in mm, each axis divisible by what the network's strides divide it by.
 *
 * <p>The strides are those of NVIDIA's get_unet_params with its defaults (depth 5, smallest feature map 4).
 */
final class PatchSize {
    private static final int DEPTH = 5;
    private static final int SMALLEST_FEATURE_MAP = 4;
    /** The network needs two strides at least; this many voxels along an axis give them. */
    private static final int SMALLEST_MAIN_AXIS = SMALLEST_FEATURE_MAP * 4;
    private static final int FEWEST_STRIDES = 2;

    private final double[] spacing;
    private final int[] sizes;
    private final int firstAxis;

    private PatchSize(final double[] spacing, final int[] sizes, final int firstAxis) {
        this.spacing = spacing;
        this.sizes = sizes;
        this.firstAxis = firstAxis;
    }

    /**
     * @param median     voxels of the median case along [z][y][x]
     * @param spacing    of these voxels
     * @param dimensions 2: the depth is 1 and does not count
     * @param budget     voxels that the patch has at most, unless the network needs more
     */
    static Shape choose(final double[] median, final Spacing spacing, final int dimensions, final long budget) {
        final int[] sizes = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            sizes[axis] = (int) Math.max(1, Math.min(Math.rint(median[axis]), budget));
        }

        if (dimensions == 2) {
            sizes[0] = 1;
        }

        final PatchSize patch = new PatchSize(spacing.toArray(), sizes, 3 - dimensions);
        patch.growToSmallest();
        patch.roundUp();
        while (patch.voxels() > budget && patch.shrink()) {
            patch.roundUp();
        }

        return Shape.of(patch.sizes);
    }

    private void growToSmallest() {
        if (strides() >= FEWEST_STRIDES) {
            return;
        }

        // The last axes are those of a slice; both grow, so that one is not a strip.
        for (int axis = 1; axis < 3; axis++) {
            sizes[axis] = Math.max(sizes[axis], SMALLEST_MAIN_AXIS);
        }

        for (int axis = firstAxis; strides() < FEWEST_STRIDES && axis < 3; axis++) {
            sizes[axis] = Math.max(sizes[axis], SMALLEST_MAIN_AXIS);
        }
    }

    private int strides() {
        return Arrays.stream(divisors()).map(Integer::numberOfTrailingZeros).max().orElseThrow();
    }

    /** @return for each axis 2 to the number of strides along it */
    private int[] divisors() {
        final int[] divisors = {1, 1, 1};
        final double[] coarse = spacing.clone();
        for (int level = 0; level < DEPTH; level++) {
            final double finest = Arrays.stream(coarse, firstAxis, 3).min().orElseThrow();
            boolean any = false;
            for (int axis = firstAxis; axis < 3; axis++) {
                if (coarse[axis] / finest <= 2 && (double) sizes[axis] / divisors[axis] >= 2 * SMALLEST_FEATURE_MAP) {
                    divisors[axis] *= 2;
                    coarse[axis] *= 2;
                    any = true;
                }
            }

            if (!any) {
                break;
            }
        }

        return divisors;
    }

    private void roundUp() {
        int[] divisors = divisors();
        while (!isDivisible(divisors)) {
            for (int axis = firstAxis; axis < 3; axis++) {
                sizes[axis] = Math.ceilDiv(sizes[axis], divisors[axis]) * divisors[axis];
            }

            divisors = divisors();
        }
    }

    private boolean isDivisible(final int[] divisors) {
        for (int axis = firstAxis; axis < 3; axis++) {
            if (sizes[axis] % divisors[axis] != 0) {
                return false;
            }
        }

        return true;
    }

    private long voxels() {
        return Shape.of(sizes).count();
    }

    /** Takes a step off the axis that is longest in mm. */
    private boolean shrink() {
        final int[] divisors = divisors();
        int longest = -1;
        for (int axis = firstAxis; axis < 3; axis++) {
            if (sizes[axis] > SMALLEST_MAIN_AXIS && (longest < 0 || sizes[axis] * spacing[axis] > sizes[longest] * spacing[longest])) {
                longest = axis;
            }
        }

        if (longest < 0) {
            return false;
        }

        sizes[longest] -= Math.max(divisors[longest], 1);
        return true;
    }
}
