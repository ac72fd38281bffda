/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.Normalization;

import java.util.List;
import java.util.Objects;

/**
 * What the network is made of, where the plan leaves it open. Filters, depth, smallest feature map, residual blocks and deep
 * supervision are of a U-Net.
 *
 * @param architecture         which of the two networks (--unetr)
 * @param filters              channels of each level, from full resolution down (--filters); empty for the defaults
 * @param moreChannels         the wider defaults of the reference (--more_chn)
 * @param depth                the most levels below the first (--depth)
 * @param minimumFeatureMap    the smallest edge of a feature map, in voxels (--min_fmap)
 * @param norm                 what normalises activations (--norm)
 * @param negativeSlope        of the leaky ReLU (--negative_slope)
 * @param residualBlocks       shortcuts over each pair of convolutions (--res_block)
 * @param deepSupervision      whether coarser levels are trained against the label too (--deep_supervision)
 * @param deepSupervisionHeads how many outputs are trained then, the full resolution's not counted (--deep_supr_num)
 * @param unetr                of a UNETR
 */
public record NetworkSettings(Architecture architecture, List<Integer> filters, boolean moreChannels, int depth, int minimumFeatureMap, Normalization norm, double negativeSlope,
                              boolean residualBlocks, boolean deepSupervision, int deepSupervisionHeads, UnetrSettings unetr) {

    public NetworkSettings {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(unetr, "unetr");
        filters = List.copyOf(filters);
        filters.forEach(filter -> Requirement.positive("number of filters", filter));
        Requirement.positive("depth", depth);
        Requirement.positive("smallest feature map", minimumFeatureMap);
        Requirement.notNegative("negative slope", negativeSlope);
        Requirement.positive("number of deep supervision heads", deepSupervisionHeads);
        if (architecture == Architecture.UNETR && deepSupervision) {
            throw new IllegalArgumentException("A UNETR has one output, at full resolution, so there is nothing for deep supervision to train: turn it off, or train a U-Net");
        }
    }

    /** @return the fork's defaults */
    public static NetworkSettings defaults() {
        return new NetworkSettings(Architecture.UNET, List.of(), false, 5, 4, Normalization.INSTANCE, 0.01, false, false, 2, UnetrSettings.defaults());
    }

    /** @return these settings with other filters */
    public NetworkSettings withFilters(final List<Integer> newFilters) {
        return new NetworkSettings(architecture, newFilters, moreChannels, depth, minimumFeatureMap, norm, negativeSlope, residualBlocks, deepSupervision, deepSupervisionHeads, unetr);
    }

    /** @return these settings for a UNETR */
    public NetworkSettings withUnetr(final UnetrSettings sizes) {
        return new NetworkSettings(Architecture.UNETR, filters, moreChannels, depth, minimumFeatureMap, norm, negativeSlope, residualBlocks, deepSupervision, deepSupervisionHeads, sizes);
    }
}
