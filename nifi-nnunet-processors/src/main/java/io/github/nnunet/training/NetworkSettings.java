/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.Normalization;

import java.util.List;

/**
 * What the network is made of, where the plan leaves it open.
 *
 * @param filters              channels of each level, from full resolution down (--filters); empty for the defaults
 * @param moreChannels         the wider defaults of the reference (--more_chn)
 * @param depth                the most levels below the first (--depth)
 * @param minimumFeatureMap    the smallest edge of a feature map, in voxels (--min_fmap)
 * @param norm                 what normalises activations (--norm)
 * @param negativeSlope        of the leaky ReLU (--negative_slope)
 * @param residualBlocks       shortcuts over each pair of convolutions (--res_block)
 * @param deepSupervision      whether coarser levels are trained against the label too (--deep_supervision)
 * @param deepSupervisionHeads how many outputs are trained then, the full resolution's not counted (--deep_supr_num)
 */
public record NetworkSettings(List<Integer> filters, boolean moreChannels, int depth, int minimumFeatureMap, Normalization norm, double negativeSlope,
                              boolean residualBlocks, boolean deepSupervision, int deepSupervisionHeads) {

    public NetworkSettings {
        filters = List.copyOf(filters);
        filters.forEach(filter -> Requirement.positive("number of filters", filter));
        Requirement.positive("depth", depth);
        Requirement.positive("smallest feature map", minimumFeatureMap);
        Requirement.notNegative("negative slope", negativeSlope);
        Requirement.positive("number of deep supervision heads", deepSupervisionHeads);
    }

    /** @return the fork's defaults */
    public static NetworkSettings defaults() {
        return new NetworkSettings(List.of(), false, 5, 4, Normalization.INSTANCE, 0.01, false, false, 2);
    }

    /** @return these settings with other filters */
    public NetworkSettings withFilters(final List<Integer> newFilters) {
        return new NetworkSettings(newFilters, moreChannels, depth, minimumFeatureMap, norm, negativeSlope, residualBlocks, deepSupervision, deepSupervisionHeads);
    }
}
