/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

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
 */
public record Plan(String task, String name, int dimensions, Modality modality, List<String> channels, List<LabelClass> classes,
                   Spacing spacing, Shape patch, Optional<CtStatistics> ctStatistics, boolean foregroundChannel) {

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
    }

    /** @return channels that the network sees: the image's, and the foreground channel if there is one */
    public int inputChannels() {
        return channels.size() + (foregroundChannel ? 1 : 0);
    }
}
