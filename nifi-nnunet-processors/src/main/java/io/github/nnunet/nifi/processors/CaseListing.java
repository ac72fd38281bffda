/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.CaseFiles;
import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.Fold;
import io.github.nnunet.dataset.Folds;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The cases of a split of a dataset, each labelled one with the fold that validates on it. */
final class CaseListing {

    /** @param fold the fold that validates on the case; empty for a case without label */
    record ListedCase(CaseFiles files, Optional<Integer> fold) {
    }

    private CaseListing() {
    }

    /**
     * @param split which cases
     * @param folds number of folds
     * @param fold  for training and validation: which
     * @throws CaseException if there are no such cases, or no such fold
     */
    static List<ListedCase> of(final DatasetDescription dataset, final SplitChoice split, final int folds, final int fold) throws CaseException {
        final List<ListedCase> cases = switch (split) {
            case TEST -> dataset.test().stream().map(files -> new ListedCase(files, Optional.empty())).toList();
            case LABELLED -> labelled(dataset.training(), folds);
            case TRAINING -> ofFold(dataset.training(), folds, fold, false);
            case VALIDATION -> ofFold(dataset.training(), folds, fold, true);
        };

        if (cases.isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The dataset %s has no %s cases. Choose another split, or add cases to its dataset.json."
                    .formatted(dataset.name(), split.getValue()));
        }

        return cases;
    }

    private static List<ListedCase> ofFold(final List<CaseFiles> files, final int folds, final int fold, final boolean validated) throws CaseException {
        if (fold >= folds) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "There is no fold %d: with %d folds they are 0 to %d.".formatted(fold, folds, folds - 1));
        }

        return labelled(files, folds).stream().filter(listed -> (listed.fold().orElseThrow() == fold) == validated).toList();
    }

    private static List<ListedCase> labelled(final List<CaseFiles> files, final int folds) throws CaseException {
        if (files.isEmpty()) {
            return List.of();
        }

        final List<Fold> division = Folds.kfold(files.size(), folds, Folds.SEED);
        final int[] foldOfCase = new int[files.size()];
        IntStream.range(0, folds).forEach(fold -> Arrays.stream(division.get(fold).validation()).forEach(index -> foldOfCase[index] = fold));
        final List<ListedCase> cases = new ArrayList<>();
        for (int index = 0; index < files.size(); index++) {
            cases.add(new ListedCase(files.get(index), Optional.of(foldOfCase[index])));
        }

        return cases;
    }
}
