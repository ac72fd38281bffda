/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.dataset.NetworkPlan;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The layers of a U-Net: an encoder of {@code levels - 1} blocks, a bottleneck, and a decoder with skip connections,
 * named and ordered as MONAI's DynUNet.
 *
 * @param dimensions           2 or 3
 * @param inputChannels        channels of a sample
 * @param outputChannels       logits per voxel
 * @param kernels              per level, from the finest: the size of the kernels along each axis (z, y, x, or y, x); the decoder takes those of the level below
 * @param strides              per level: by how much its first convolution shrinks the feature map; the first level's are 1
 * @param filters              per level: channels
 * @param normalization        after each convolution
 * @param groups               the most groups of a group normalization
 * @param negativeSlope        of the leaky rectifier
 * @param residual             residual blocks in the encoder and the bottleneck
 * @param deepSupervisionHeads outputs at coarser levels, from the second finest on
 */
public record UNetTopology(int dimensions, int inputChannels, int outputChannels, List<List<Integer>> kernels, List<List<Integer>> strides, List<Integer> filters,
                           Normalization normalization, int groups, double negativeSlope, boolean residual, int deepSupervisionHeads)
        implements NetworkTopology {

    private static final int FIRST_FILTERS = 32;
    private static final int MOST_FILTERS_3D = 320;
    private static final int MOST_FILTERS_2D = 512;

    public UNetTopology {
        kernels = kernels.stream().map(List::copyOf).toList();
        strides = strides.stream().map(List::copyOf).toList();
        filters = List.copyOf(filters);
        Objects.requireNonNull(normalization, "normalization");
        if (dimensions != 2 && dimensions != 3) {
            throw new IllegalArgumentException("A network has 2 or 3 dimensions, not %d".formatted(dimensions));
        }

        if (inputChannels < 1 || outputChannels < 1 || groups < 1) {
            throw new IllegalArgumentException("A network needs channels and groups, not %d, %d and %d".formatted(inputChannels, outputChannels, groups));
        }

        if (kernels.size() < 2 || strides.size() != kernels.size() || filters.size() != kernels.size()) {
            throw new IllegalArgumentException("A U-Net needs two levels or more, each with kernel, stride and filters, not %d, %d and %d of them"
                    .formatted(kernels.size(), strides.size(), filters.size()));
        }

        requireSizes(kernels, dimensions);
        requireSizes(strides, dimensions);
        if (filters.stream().anyMatch(channels -> channels < 1)) {
            throw new IllegalArgumentException("Every level needs at least one filter, not %s".formatted(filters));
        }

        if (deepSupervisionHeads < 0 || deepSupervisionHeads > kernels.size() - 2) {
            throw new IllegalArgumentException("A U-Net of %d levels can have %d deep supervision heads at most, not %d"
                    .formatted(kernels.size(), kernels.size() - 2, deepSupervisionHeads));
        }
    }

    private static void requireSizes(final List<List<Integer>> levels, final int dimensions) {
        for (final List<Integer> sizes : levels) {
            if (sizes.size() != dimensions || sizes.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException("Kernels and strides of a %d-dimensional network cannot be %s".formatted(dimensions, sizes));
            }
        }
    }

    /**
     * Fits a network to a patch, as the reference's get_unet_params does: an axis is halved where its spacing is at most
     * twice the finest one and enough voxels are left; where it is coarser the kernel is 1 along it.
     *
     * @param patch   voxels; in 2D the depth is not looked at
     * @param spacing mm; in 2D the z spacing is not looked at
     * @throws IllegalArgumentException if the patch is too small to be halved once, or there are fewer filters than levels
     */
    public static UNetTopology plan(final Shape patch, final Spacing spacing, final TopologyOptions options) {
        final int dimensions = options.dimensions();
        final double[] sizes = Arrays.stream(patch.toArray()).skip(3L - dimensions).asDoubleStream().toArray();
        final double[] spacings = Arrays.stream(spacing.toArray()).skip(3L - dimensions).toArray();
        final List<List<Integer>> kernels = new ArrayList<>();
        final List<List<Integer>> strides = new ArrayList<>();
        strides.add(sameAlongEveryAxis(1, dimensions));
        while (kernels.size() < options.depth()) {
            final double finest = Arrays.stream(spacings).min().orElseThrow();
            final List<Integer> kernel = new ArrayList<>();
            final List<Integer> stride = new ArrayList<>();
            for (int axis = 0; axis < dimensions; axis++) {
                final boolean isFine = spacings[axis] / finest <= 2;
                kernel.add(isFine ? 3 : 1);
                stride.add(isFine && sizes[axis] >= 2.0 * options.minimumFeatureMap() ? 2 : 1);
            }

            if (stride.stream().allMatch(step -> step == 1)) {
                break;
            }

            for (int axis = 0; axis < dimensions; axis++) {
                sizes[axis] /= stride.get(axis);
                spacings[axis] *= stride.get(axis);
            }

            kernels.add(kernel);
            strides.add(stride);
        }

        kernels.add(sameAlongEveryAxis(3, dimensions));
        if (kernels.size() < 2) {
            throw new IllegalArgumentException("A patch of %s voxels is too small for a U-Net: no axis has %d voxels or more".formatted(patch, 2 * options.minimumFeatureMap()));
        }

        return of(kernels, strides, options);
    }

    /**
     * The network of a plan: with the kernels and strides that the plan says, if it does, else by
     * {@link #plan(Shape, Spacing, TopologyOptions)}. Depth and smallest feature map do not count where the plan says its layers.
     *
     * @throws IllegalArgumentException if the plan's patch is too small, or there are fewer filters than levels
     */
    public static UNetTopology plan(final Plan plan, final TopologyOptions options) {
        if (plan.network().isEmpty()) {
            return plan(plan.patch(), plan.spacing(), options);
        }

        final NetworkPlan network = plan.network().get();
        return of(network.kernels(), network.strides(), options);
    }

    private static UNetTopology of(final List<List<Integer>> kernels, final List<List<Integer>> strides, final TopologyOptions options) {
        final int heads = Math.min(options.deepSupervisionHeads(), kernels.size() - 2);
        return new UNetTopology(options.dimensions(), options.inputChannels(), options.outputChannels(), kernels, strides, chooseFilters(options, kernels.size()),
                options.normalization(), options.groups(), options.negativeSlope(), options.residual(), heads);
    }

    private static List<Integer> sameAlongEveryAxis(final int size, final int dimensions) {
        return Collections.nCopies(dimensions, size);
    }

    private static List<Integer> chooseFilters(final TopologyOptions options, final int levels) {
        if (options.filters().isEmpty()) {
            final int most = options.dimensions() == 3 ? MOST_FILTERS_3D : MOST_FILTERS_2D;
            final List<Integer> filters = new ArrayList<>();
            for (int level = 0; level < levels; level++) {
                filters.add(Math.min(FIRST_FILTERS << level, most));
            }

            return filters;
        }

        if (options.filters().size() < levels) {
            throw new IllegalArgumentException("The network has %d levels and needs as many filters, but only %s are given: add numbers to Filters or lower Depth".formatted(levels, options.filters()));
        }

        return options.filters().subList(0, levels);
    }

    /** @return the number of resolutions, the bottleneck's included */
    public int levels() {
        return filters.size();
    }

    /** @return by how much an input is shrunk along each axis from the finest level to the coarsest; inputs are multiples of it */
    public int[] reduction() {
        final int[] product = new int[dimensions];
        Arrays.fill(product, 1);
        for (final List<Integer> stride : strides) {
            for (int axis = 0; axis < dimensions; axis++) {
                product[axis] *= stride.get(axis);
            }
        }

        return product;
    }
}
