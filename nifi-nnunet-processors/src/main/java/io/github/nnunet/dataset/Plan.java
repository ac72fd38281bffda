/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a dataset is to be prepared and segmented: the numbers that every step has to agree on.
 *
 * @param task              the task's number, such as "04", or a name of one's own
 * @param name              the dataset's name, such as "Hippocampus"
 * @param dimensions        2 or 3: what the network convolves over
 * @param modality          MRI or CT, after the first channel
 * @param channels          names of the image channels, without the foreground channel
 * @param classes           the classes in the order of the network's outputs; the first is the background
 * @param spacing           target spacing in mm [z][y][x]; in 2D nothing is resampled to it
 * @param patch             the network's input size in voxels [z][y][x]; depth 1 in 2D
 * @param ctStatistics      for CT only
 * @param foregroundChannel whether the foreground mask is one more input channel (--ohe)
 * @param network           kernels, strides and batch size; empty if training derives the layers by get_unet_params
 */
public record Plan(String task, String name, int dimensions, Modality modality, List<String> channels, List<LabelClass> classes,
                   Spacing spacing, Shape patch, Optional<CtStatistics> ctStatistics, boolean foregroundChannel, Optional<NetworkPlan> network) {

    public Plan {
        if (dimensions != 2 && dimensions != 3) {
            throw new IllegalArgumentException("A plan has 2 or 3 dimensions, not %d".formatted(dimensions));
        }

        channels = List.copyOf(channels);
        classes = List.copyOf(classes);
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("A plan needs at least one channel");
        }

        if (classes.size() < 2 || classes.getFirst().value() != 0) {
            throw new IllegalArgumentException("A plan needs the background (value 0) as its first class, and at least one more");
        }

        if (classes.stream().map(LabelClass::value).distinct().count() < classes.size()) {
            throw new IllegalArgumentException("A plan cannot have two classes of the same value");
        }

        if (dimensions == 2 && patch.depth() != 1) {
            throw new IllegalArgumentException("A 2D plan has patches of depth 1, not %d".formatted(patch.depth()));
        }

        if (network.isPresent()) {
            requireFitting(network.get(), dimensions, patch);
        }
    }

    /** A plan that leaves the network's layers to training. */
    public Plan(final String task, final String name, final int dimensions, final Modality modality, final List<String> channels, final List<LabelClass> classes,
                final Spacing spacing, final Shape patch, final Optional<CtStatistics> ctStatistics, final boolean foregroundChannel) {
        this(task, name, dimensions, modality, channels, classes, spacing, patch, ctStatistics, foregroundChannel, Optional.empty());
    }

    private static void requireFitting(final NetworkPlan network, final int dimensions, final Shape patch) {
        if (network.dimensions() != dimensions) {
            throw new IllegalArgumentException("A %dD plan cannot have a network with %d sizes a kernel".formatted(dimensions, network.dimensions()));
        }

        final int[] reduction = network.reduction();
        for (int axis = 0; axis < dimensions; axis++) {
            if (patch.size(axis + 3 - dimensions) % reduction[axis] != 0) {
                throw new IllegalArgumentException("A patch of %s voxels cannot be divided by the network's strides, %s".formatted(patch, Arrays.toString(reduction)));
            }
        }
    }

    /** @return channels that the network sees: the image's, and the foreground channel if there is one */
    public int inputChannels() {
        return channels.size() + (foregroundChannel ? 1 : 0);
    }
}
