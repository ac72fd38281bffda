/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TopologyOptions;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A model of a few channels and something for it to predict. */
final class SmallModel {
    private static final int EDGE = 8;

    private SmallModel() {
    }

    static Path write(final Path file) throws IOException {
        final Plan plan = new Plan("90", "Blocks", 3, Modality.MRI, List.of("MRI"), List.of(new LabelClass(0, "background"), new LabelClass(1, "block")), new Spacing(1, 1, 1),
                new Shape(EDGE, EDGE, EDGE), Optional.empty(), false);
        final UNetTopology topology = UNetTopology.plan(plan.patch(), plan.spacing(), TopologyOptions.defaults(3, 1, 2).withDepth(2, 4).withFilters(List.of(4, 8)));
        ModelFile.write(file, new SegmentationModel(plan, topology, NetworkWeights.initial(topology, new Random(1)), "{}"));
        return file;
    }

    /** @return a batch of one patch, the same in each call */
    static NDArray batch(final NDManager manager) {
        return manager.arange((float) EDGE * EDGE * EDGE).sin().reshape(1, 1, EDGE, EDGE, EDGE);
    }
}
