/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits cases for cross validation exactly as scikit-learn's {@code KFold(folds, shuffle=True, random_state=seed)}. */
public final class Folds {
    /** The reference's seed, which is nnU-Net's: with it the folds are the published ones. */
    public static final int SEED = 12345;

    private Folds() {
    }

    /**
     * @param cases how many cases there are, sorted by file name
     * @param folds how many folds, 2 or more
     * @param seed  {@link #SEED} for the published folds
     * @return the folds; each case is in the validation part of exactly one
     * @throws CaseException if there are fewer cases than folds
     */
    public static List<Fold> kfold(final int cases, final int folds, final int seed) throws CaseException {
        if (folds < 2) {
            throw new IllegalArgumentException("Cross validation needs 2 folds or more, not %d".formatted(folds));
        }

        if (cases < folds) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The dataset has %d training cases, which cannot be split into %d folds; add cases or choose fewer folds".formatted(cases, folds));
        }

        final int[] shuffled = new int[cases];
        Arrays.setAll(shuffled, i -> i);
        new MersenneTwister(seed).shuffle(shuffled);
        final List<Fold> result = new ArrayList<>(folds);
        int start = 0;
        for (int fold = 0; fold < folds; fold++) {
            // The first folds take the cases that are left over.
            final int end = start + cases / folds + (fold < cases % folds ? 1 : 0);
            result.add(fold(shuffled, start, end));
            start = end;
        }

        return List.copyOf(result);
    }

    private static Fold fold(final int[] shuffled, final int start, final int end) {
        final int[] validation = Arrays.copyOfRange(shuffled, start, end);
        final int[] training = new int[shuffled.length - validation.length];
        System.arraycopy(shuffled, 0, training, 0, start);
        System.arraycopy(shuffled, end, training, start, shuffled.length - end);
        Arrays.sort(validation);
        Arrays.sort(training);
        return new Fold(training, validation);
    }
}
