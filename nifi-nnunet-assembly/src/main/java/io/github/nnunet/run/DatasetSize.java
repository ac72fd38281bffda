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
import java.util.List;

/**
 * How many cases there are to work on.
 *
 * @param name       the dataset's name
 * @param labelled   cases with a label
 * @param validation those of them that the chosen folds keep for validation
 */
public record DatasetSize(String name, int labelled, int validation) {

    /**
     * @param chosen the folds to train
     * @throws RunException if the folder is no dataset
     */
    public static DatasetSize of(final Path dataset, final int folds, final List<Integer> chosen) throws RunException {
        try {
            final DatasetDescription description = DatasetDescription.read(dataset);
            final int labelled = description.training().size();
            final List<Fold> divisions = Folds.kfold(labelled, folds, Folds.SEED);
            final int validation = chosen.stream().map(divisions::get).mapToInt(division -> division.validation().length).sum();
            return new DatasetSize(description.name(), labelled, validation);
        } catch (final CaseException | IOException e) {
            throw new RunException("%s cannot be used as a dataset: %s".formatted(dataset, e.getMessage()), e);
        }
    }
}
