/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.UNetTopology;

import java.util.OptionalLong;

/**
 * What a training needs, told before it begins. Memory is a lower bound: weights, gradients, the optimiser's two numbers
 * a weight, and for each patch of a step the output of every convolution that is not transposed. libtorch's own work space,
 * augmentation and validation come on top.
 *
 * @param weights     numbers in the network
 * @param memoryBytes on the device, at least; empty for a network whose layers are not counted
 * @param diskBytes   of the run folder: checkpoint and model, each while its successor is being written
 */
public record TrainingNeeds(long weights, OptionalLong memoryBytes, long diskBytes) {
    private static final int COPIES_IN_MEMORY = 4;
    private static final int COPIES_ON_DISK = 2 * (COPIES_IN_MEMORY + 1);
    private static final int CONVOLUTIONS_OF_A_BLOCK = 2;

    /** @throws IllegalArgumentException if there is no such network for the plan */
    public static TrainingNeeds of(final TrainingSettings settings, final Plan plan) {
        final NetworkTopology topology = NetworkChoice.topology(settings.network(), plan, new TargetMap(plan, settings.loss()).outputs());
        final long weights = NetworkWeights.count(topology);
        final OptionalLong memory = topology instanceof final UNetTopology unet
                ? OptionalLong.of(Float.BYTES * (COPIES_IN_MEMORY * weights + (long) settings.sampling().batchSize() * convolutionOutputs(unet, plan)))
                : OptionalLong.empty();
        return new TrainingNeeds(weights, memory, (long) COPIES_ON_DISK * Float.BYTES * weights);
    }

    /** Encoder and decoder have two convolutions a level; the last level is the bottleneck. */
    private static long convolutionOutputs(final UNetTopology topology, final Plan plan) {
        long outputs = (long) topology.outputChannels() * plan.patch().voxels();
        double voxels = plan.patch().voxels();
        for (int level = 0; level < topology.levels(); level++) {
            voxels /= topology.strides().get(level).stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
            final boolean isBottleneck = level == topology.levels() - 1;
            outputs += Math.round(voxels * topology.filters().get(level) * (isBottleneck ? CONVOLUTIONS_OF_A_BLOCK : 2 * CONVOLUTIONS_OF_A_BLOCK));
        }

        return outputs;
    }
}
