/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.Objects;

/**
 * What a person chooses of a network; the patch and the spacing decide the rest.
 *
 * @param dimensions           2 or 3
 * @param inputChannels        channels of the image, and of the foreground mask if there is one
 * @param outputChannels       classes
 * @param depth                the network halves its feature maps at most so many times
 * @param minimumFeatureMap    feature maps are not halved below this many voxels along an axis
 * @param filters              channels per level, from the finest; longer lists are cut; empty for the default
 * @param normalization        after each convolution
 * @param groups               for {@link Normalization#GROUP}: the most groups; the number used divides the channels
 * @param negativeSlope        of the leaky rectifier
 * @param residual             residual blocks in the encoder and the bottleneck
 * @param deepSupervisionHeads extra outputs at coarser levels that training scores too; 0 for none
 */
public record TopologyOptions(int dimensions, int inputChannels, int outputChannels, int depth, int minimumFeatureMap, List<Integer> filters,
                              Normalization normalization, int groups, double negativeSlope, boolean residual, int deepSupervisionHeads) {

    public TopologyOptions {
        if (dimensions != 2 && dimensions != 3) {
            throw new IllegalArgumentException("A network has 2 or 3 dimensions, not %d".formatted(dimensions));
        }

        if (inputChannels < 1 || outputChannels < 1) {
            throw new IllegalArgumentException("A network needs input and output channels, not %d and %d".formatted(inputChannels, outputChannels));
        }

        if (depth < 1 || minimumFeatureMap < 1 || groups < 1 || deepSupervisionHeads < 0) {
            throw new IllegalArgumentException("Depth %d, feature map %d, groups %d or heads %d is out of range".formatted(depth, minimumFeatureMap, groups, deepSupervisionHeads));
        }

        Objects.requireNonNull(normalization, "normalization");
        filters = List.copyOf(filters);
    }

    /** The reference's defaults: depth 5, feature maps of 4 and more, instance normalization, slope 0.01, no deep supervision. */
    public static TopologyOptions defaults(final int dimensions, final int inputChannels, final int outputChannels) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, 5, 4, List.of(), Normalization.INSTANCE, 16, 0.01, false, 0);
    }

    /** @param channels channels per level, from the finest */
    public TopologyOptions withFilters(final List<Integer> channels) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, depth, minimumFeatureMap, channels, normalization, groups, negativeSlope, residual, deepSupervisionHeads);
    }

    /** @param heads extra outputs; cut to what the network's levels allow */
    public TopologyOptions withDeepSupervision(final int heads) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, depth, minimumFeatureMap, filters, normalization, groups, negativeSlope, residual, heads);
    }

    public TopologyOptions withDepth(final int halvings, final int smallestFeatureMap) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, halvings, smallestFeatureMap, filters, normalization, groups, negativeSlope, residual, deepSupervisionHeads);
    }

    public TopologyOptions withNormalization(final Normalization choice, final int mostGroups) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, depth, minimumFeatureMap, filters, choice, mostGroups, negativeSlope, residual, deepSupervisionHeads);
    }

    public TopologyOptions withNegativeSlope(final double slope) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, depth, minimumFeatureMap, filters, normalization, groups, slope, residual, deepSupervisionHeads);
    }

    public TopologyOptions withResidual(final boolean blocks) {
        return new TopologyOptions(dimensions, inputChannels, outputChannels, depth, minimumFeatureMap, filters, normalization, groups, negativeSlope, blocks, deepSupervisionHeads);
    }
}
