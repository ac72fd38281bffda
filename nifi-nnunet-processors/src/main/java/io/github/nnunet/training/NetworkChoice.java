/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.TopologyOptions;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.network.UnetrTopology;

import java.util.List;

/** Turns settings and plan into the layers of a network. */
public final class NetworkChoice {
    private static final List<Integer> MORE_CHANNELS = List.of(64, 96, 128, 192, 256, 384, 512);
    private static final int MOST_GROUPS = 16;

    private NetworkChoice() {
    }

    /**
     * @return the network that training with the settings would give a dataset of the plan
     * @throws IllegalArgumentException if there is no such network for the plan's patch, or there are fewer filters than levels
     */
    public static NetworkTopology topology(final TrainingSettings settings, final Plan plan) {
        return topology(settings.network(), plan, new TargetMap(plan, settings.loss()).outputs());
    }

    /** @throws IllegalArgumentException if there is no such network for the plan's patch, or there are fewer filters than levels */
    static NetworkTopology topology(final NetworkSettings settings, final Plan plan, final int outputs) {
        return switch (settings.architecture()) {
            case UNET -> unet(settings, plan, outputs);
            case UNETR -> unetr(settings, plan, outputs);
        };
    }

    private static UNetTopology unet(final NetworkSettings settings, final Plan plan, final int outputs) {
        final List<Integer> filters = settings.filters().isEmpty() && settings.moreChannels() ? MORE_CHANNELS : settings.filters();
        final int heads = settings.deepSupervision() ? settings.deepSupervisionHeads() : 0;
        final TopologyOptions options = new TopologyOptions(plan.dimensions(), plan.inputChannels(), outputs, settings.depth(), settings.minimumFeatureMap(),
                filters, settings.norm(), MOST_GROUPS, settings.negativeSlope(), settings.residualBlocks(), heads);
        final UNetTopology topology = UNetTopology.plan(plan, options);
        PatchFit.require(topology, plan.patch());
        return topology;
    }

    private static UnetrTopology unetr(final NetworkSettings settings, final Plan plan, final int outputs) {
        if (plan.dimensions() != 3) {
            throw new IllegalArgumentException("A UNETR is a 3D network, and the plan is for a 2D one: train a U-Net, or list the dataset with a 3D plan");
        }

        final UnetrSettings sizes = settings.unetr();
        return new UnetrTopology(plan.patch(), plan.inputChannels(), outputs, sizes.features(), sizes.hiddenSize(), sizes.perceptronSize(), sizes.heads(), settings.norm(),
                MOST_GROUPS, settings.negativeSlope());
    }
}
