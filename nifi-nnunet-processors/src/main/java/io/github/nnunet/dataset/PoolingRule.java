/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Kernels and strides of a U-Net for a patch, as nnU-Net v2 derives them (get_pool_and_conv_props; Isensee et al.,
 * Nature Methods 2021, supplement): an axis is halved while it keeps {@value #SMALLEST_FEATURE_MAP} voxels or more and is
 * less than twice as coarse as the finest axis that can still be halved. If only one axis is left, it needs
 * three times those voxels. A kernel is 1 along an axis until that is less than twice as coarse as the finest, then 3.
 *
 * <p>Differences from the reference's get_unet_params: exactly twice as coarse counts as coarse; an axis that is too short
 * to be halved no longer holds the others back; a kernel that is 3 stays 3; there is no limit on the depth.
 */
final class PoolingRule {
    static final int SMALLEST_FEATURE_MAP = 4;
    private static final double COARSE = 2;

    private final double[] spacing;
    private final double[] sizes;
    private final int[] kernel;
    private final int[] divisors;
    private final List<List<Integer>> kernels = new ArrayList<>();
    private final List<List<Integer>> strides = new ArrayList<>();

    private PoolingRule(final double[] spacing, final double[] sizes) {
        this.spacing = spacing.clone();
        this.sizes = sizes.clone();
        this.kernel = filled(1);
        this.divisors = filled(1);
    }

    private int[] filled(final int value) {
        final int[] values = new int[spacing.length];
        Arrays.fill(values, value);
        return values;
    }

    /**
     * What follows from a patch; all per axis in the order given.
     *
     * @param patch    the patch, rounded up to what the strides need
     * @param divisors the product of the strides
     */
    record Layers(List<List<Integer>> kernels, List<List<Integer>> strides, int[] patch, int[] divisors) {
    }

    /**
     * @param spacing mm along each axis, two or three of them
     * @param patch   voxels along each axis; medians may be fractions
     */
    static Layers layers(final double[] spacing, final double[] patch) {
        final PoolingRule rule = new PoolingRule(spacing, patch);
        rule.strides.add(boxed(rule.filled(1)));
        boolean[] halved = rule.axesToHalve();
        while (any(halved)) {
            rule.addLevel(halved);
            halved = rule.axesToHalve();
        }

        rule.kernels.add(boxed(rule.filled(3)));
        return new Layers(rule.kernels, rule.strides, roundedUp(patch, rule.divisors), rule.divisors);
    }

    private boolean[] axesToHalve() {
        final boolean[] halved = new boolean[sizes.length];
        double finest = Double.POSITIVE_INFINITY;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] >= 2 * SMALLEST_FEATURE_MAP) {
                finest = Math.min(finest, spacing[axis]);
            }
        }

        int count = 0;
        int last = 0;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] >= 2 * SMALLEST_FEATURE_MAP && spacing[axis] / finest < COARSE) {
                halved[axis] = true;
                count++;
                last = axis;
            }
        }

        if (count == 1 && sizes[last] < 3 * SMALLEST_FEATURE_MAP) {
            halved[last] = false;
        }

        return halved;
    }

    private static boolean any(final boolean[] flags) {
        for (final boolean flag : flags) {
            if (flag) {
                return true;
            }
        }

        return false;
    }

    private void addLevel(final boolean[] halved) {
        final double finest = Arrays.stream(spacing).min().orElseThrow();
        final int[] stride = filled(1);
        for (int axis = 0; axis < sizes.length; axis++) {
            if (spacing[axis] / finest < COARSE) {
                kernel[axis] = 3;
            }
        }

        for (int axis = 0; axis < sizes.length; axis++) {
            if (halved[axis]) {
                stride[axis] = 2;
                divisors[axis] *= 2;
                spacing[axis] *= 2;
                sizes[axis] = Math.ceil(sizes[axis] / 2);
            }
        }

        kernels.add(boxed(kernel));
        strides.add(boxed(stride));
    }

    private static int[] roundedUp(final double[] patch, final int[] divisors) {
        final int[] rounded = new int[patch.length];
        for (int axis = 0; axis < patch.length; axis++) {
            rounded[axis] = (int) Math.ceil(patch[axis] / divisors[axis]) * divisors[axis];
        }

        return rounded;
    }

    private static List<Integer> boxed(final int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
