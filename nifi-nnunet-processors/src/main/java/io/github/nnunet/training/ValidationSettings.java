/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.Objects;

/**
 * How an epoch's network is scored on the validation cases.
 *
 * @param interval         epochs from one validation to the next; the last epoch is always validated
 * @param skipFirst        epochs without validation at the beginning (--skip_first_n_eval)
 * @param cases            the most cases to score, taken evenly from the fold's; 0 for all
 * @param maximumSeconds   no further case is begun after this time; 0 for no limit
 * @param batchSize        windows at a time (--val_batch_size)
 * @param overlap          of neighbouring windows, 0 up to but not 1 (--overlap)
 * @param gaussian         whether a window counts most at its centre (--blend)
 * @param mirrored         whether flipped predictions are averaged (--tta)
 * @param weightsAveraging the decay per step of a running average of the weights, which is then scored and stored in place of
 *                         the weights of the last step; 0 for none
 * @param grid             where predictions are compared with labels (--invert_resampled_y)
 */
public record ValidationSettings(int interval, int skipFirst, int cases, double maximumSeconds, int batchSize, double overlap,
                                 boolean gaussian, boolean mirrored, double weightsAveraging, ValidationGrid grid) {

    public ValidationSettings {
        Objects.requireNonNull(grid, "grid");
        Requirement.positive("validation interval", interval);
        Requirement.notNegative("number of epochs without validation", skipFirst);
        Requirement.notNegative("number of validation cases", cases);
        Requirement.notNegative("time limit of a validation", maximumSeconds);
        Requirement.positive("validation batch size", batchSize);
        Requirement.fraction("overlap", overlap);
        Requirement.fraction("decay of the weights' average", weightsAveraging);
    }

    public ValidationSettings withGrid(final ValidationGrid newGrid) {
        return new ValidationSettings(interval, skipFirst, cases, maximumSeconds, batchSize, overlap, gaussian, mirrored, weightsAveraging, newGrid);
    }

    /** @return the fork's defaults */
    public static ValidationSettings defaults() {
        return new ValidationSettings(1, 0, 0, 0, 4, 0.5, true, false, 0, ValidationGrid.PREPARED);
    }
}
