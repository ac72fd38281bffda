/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.Optional;

/** The tasks whose plan is known: the Medical Segmentation Decathlon, BraTS, and those of the fork. */
public final class TaskCatalogue {

    private TaskCatalogue() {
    }

    /**
     * A known task.
     *
     * @param task         its number, such as "04"
     * @param name         its name, such as "Task04_Hippocampus"
     * @param modality     MRI or CT
     * @param channels     how many image channels its cases have; 0: not known
     * @param classes      how many classes it has with the background; 0: not known
     * @param spacing      target spacing; empty if it comes from the dataset. In 2D nothing is resampled
     * @param patch        depth 1 in 2D
     * @param ctStatistics for CT
     */
    public record Task(String task, String name, Modality modality, int channels, int classes, Optional<Spacing> spacing, Shape patch,
                       Optional<CtStatistics> ctStatistics) {
    }

    /**
     * @param task       "04", "4", "Task04" or "Task04_Hippocampus"
     * @param dimensions 2 or 3
     */
    public static Optional<Task> find(final String task, final int dimensions) {
        throw new UnsupportedOperationException();
    }
}
