/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.Arrays;
import java.util.List;

/**
 * The layers of a network where a plan says them itself, and does not leave them to the reference's get_unet_params.
 *
 * @param kernels   per level from the finest: sizes along z, y, x, or in 2D along y, x
 * @param strides   per level: by how much its first convolution shrinks the feature map; those of the first level are 1
 * @param batchSize patches in a training step that the plan's memory is enough for
 */
public record NetworkPlan(List<List<Integer>> kernels, List<List<Integer>> strides, int batchSize) {

    public NetworkPlan {
        kernels = kernels.stream().map(List::copyOf).toList();
        strides = strides.stream().map(List::copyOf).toList();
        if (kernels.size() < 2 || kernels.size() != strides.size()) {
            throw new IllegalArgumentException("A network needs two levels or more, each with kernels and strides, not %d and %d of them".formatted(kernels.size(), strides.size()));
        }

        final int dimensions = kernels.getFirst().size();
        requireSizes(kernels, dimensions);
        requireSizes(strides, dimensions);
        if (kernels.stream().flatMap(List::stream).anyMatch(size -> size % 2 == 0)) {
            throw new IllegalArgumentException("Kernels have odd sizes, not %s".formatted(kernels));
        }

        if (strides.getFirst().stream().anyMatch(step -> step != 1)) {
            throw new IllegalArgumentException("The first level of a network has the strides 1, not %s".formatted(strides.getFirst()));
        }

        if (batchSize < 1) {
            throw new IllegalArgumentException("A batch has at least one patch, not %d".formatted(batchSize));
        }
    }

    private static void requireSizes(final List<List<Integer>> levels, final int dimensions) {
        for (final List<Integer> sizes : levels) {
            if (dimensions < 2 || dimensions > 3 || sizes.size() != dimensions || sizes.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException("Kernels and strides cannot be %s".formatted(levels));
            }
        }
    }

    /** @return 2 or 3 */
    public int dimensions() {
        return kernels.getFirst().size();
    }

    /** @return by how much an input shrinks along each axis down to the coarsest level: patches are multiples of it */
    public int[] reduction() {
        final int[] product = new int[dimensions()];
        Arrays.fill(product, 1);
        for (final List<Integer> stride : strides) {
            for (int axis = 0; axis < product.length; axis++) {
                product[axis] *= stride.get(axis);
            }
        }

        return product;
    }
}
