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

import java.util.List;

/** Turns settings and plan into the layers of a network. */
final class NetworkChoice {
    private static final List<Integer> MORE_CHANNELS = List.of(64, 96, 128, 192, 256, 384, 512);
    private static final int MOST_GROUPS = 16;

    private NetworkChoice() {
    }

    /** @throws IllegalArgumentException if the plan's patch is too small, or there are fewer filters than levels */
    static NetworkTopology topology(final NetworkSettings settings, final Plan plan, final int outputs) {
        final List<Integer> filters = settings.filters().isEmpty() && settings.moreChannels() ? MORE_CHANNELS : settings.filters();
        final int heads = settings.deepSupervision() ? settings.deepSupervisionHeads() : 0;
        final TopologyOptions options = new TopologyOptions(plan.dimensions(), plan.inputChannels(), outputs, settings.depth(), settings.minimumFeatureMap(),
                filters, settings.norm(), MOST_GROUPS, settings.negativeSlope(), settings.residualBlocks(), heads);
        return UNetTopology.plan(plan, options);
    }
}
