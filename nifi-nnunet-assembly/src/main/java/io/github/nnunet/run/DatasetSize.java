/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.Fold;
import io.github.nnunet.dataset.Folds;
import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How many cases there are to work on.
 *
 * @param name       the dataset's name
 * @param labelled   cases with a label
 * @param validation those of them that the fold keeps for validation
 */
public record DatasetSize(String name, int labelled, int validation) {

    /** @throws RunException if the folder is no dataset, or the fold none of its folds */
    public static DatasetSize of(final Path dataset, final int folds, final int fold) throws RunException {
        try {
            final DatasetDescription description = DatasetDescription.read(dataset);
            final int labelled = description.training().size();
            if (fold >= folds) {
                throw new RunException("There is no fold %d: the folds are 0 to %d".formatted(fold, folds - 1));
            }

            final Fold division = Folds.kfold(labelled, folds, Folds.SEED).get(fold);
            return new DatasetSize(description.name(), labelled, division.validation().length);
        } catch (final CaseException | IOException e) {
            throw new RunException("%s cannot be used as a dataset: %s".formatted(dataset, e.getMessage()), e);
        }
    }
}
