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
        return write(file, withSmallPatch(of), of.classes().size(), 1, "{}");
    }

    /**
     * @param plan         with a patch of its own
     * @param seed         of the weights
     * @param trainingJson what the file says of its training
     */
    static Path write(final Path file, final Plan plan, final int outputs, final long seed, final String trainingJson) throws IOException {
        final TopologyOptions options = TopologyOptions.defaults(plan.dimensions(), plan.inputChannels(), outputs).withDepth(2, 4).withFilters(FILTERS);
        final UNetTopology topology = UNetTopology.plan(plan.patch(), plan.spacing(), options);
        ModelFile.write(file, new SegmentationModel(plan, topology, NetworkWeights.initial(topology, new Random(seed)), trainingJson));
        return file;
    }

    /** @return the plan for a network that sees slices */
    static Plan inTwoDimensions(final Plan of) {
        final Shape patch = new Shape(1, PATCH.height(), PATCH.width());
        return new Plan(of.task(), of.name(), 2, of.modality(), of.channels(), of.classes(), of.spacing(), patch, of.ctStatistics(), of.foregroundChannel());
    }

    static Plan withSmallPatch(final Plan of) {
        return new Plan(of.task(), of.name(), of.dimensions(), of.modality(), of.channels(), of.classes(), of.spacing(), PATCH, of.ctStatistics(), of.foregroundChannel());
    }
}
