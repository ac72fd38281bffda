/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TopologyOptions;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A model of a few weights that nobody trained. */
final class TinyModel {
    private static final Shape PATCH = new Shape(16, 16, 16);
    private static final List<Integer> FILTERS = List.of(4, 8, 8);

    private TinyModel() {
    }

    /** @return the file, a model for cases of the plan */
    static Path write(final Path file, final Plan of) throws IOException {
        final Plan plan = withSmallPatch(of);
        final TopologyOptions options = TopologyOptions.defaults(3, plan.inputChannels(), plan.classes().size()).withDepth(2, 4).withFilters(FILTERS);
        final UNetTopology topology = UNetTopology.plan(PATCH, plan.spacing(), options);
        ModelFile.write(file, new SegmentationModel(plan, topology, NetworkWeights.initial(topology, new Random(1)), "{}"));
        return file;
    }

    static Plan withSmallPatch(final Plan of) {
        return new Plan(of.task(), of.name(), of.dimensions(), of.modality(), of.channels(), of.classes(), of.spacing(), PATCH, of.ctStatistics(), of.foregroundChannel());
    }
}
