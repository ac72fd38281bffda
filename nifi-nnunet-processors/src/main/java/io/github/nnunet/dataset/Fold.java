/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.Arrays;

/**
 * A split of the cases of a dataset for cross validation.
 *
 * @param training   positions of the cases to learn from, ascending
 * @param validation positions of the cases to score on, ascending
 */
public record Fold(int[] training, int[] validation) {

    public Fold {
        training = training.clone();
        validation = validation.clone();
    }

    @Override
    public int[] training() {
        return training.clone();
    }

    @Override
    public int[] validation() {
        return validation.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final Fold that && Arrays.equals(training, that.training) && Arrays.equals(validation, that.validation);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(training) * 31 + Arrays.hashCode(validation);
    }

    @Override
    public String toString() {
        return "train on %s, validate on %s".formatted(Arrays.toString(training), Arrays.toString(validation));
    }
}
