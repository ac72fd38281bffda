/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Folds that a user chose: numbers separated by commas, or all. */
final class FoldSelection {
    private static final String ALL = "all";
    private static final Pattern NUMBERS = Pattern.compile("\\s*[0-9]{1,4}\\s*(,\\s*[0-9]{1,4}\\s*)*");

    private FoldSelection() {
    }

    /**
     * @param text  such as "0", "0,2" or "all"
     * @param folds how many there are
     * @throws CaseException if the text is something else, or a fold is not there
     */
    static SortedSet<Integer> parse(final String text, final int folds) throws CaseException {
        requireSelection(text);
        final SortedSet<Integer> chosen = new TreeSet<>();
        if (isAll(text)) {
            for (int fold = 0; fold < folds; fold++) {
                chosen.add(fold);
            }

            return chosen;
        }

        for (final String number : text.strip().split("\\s*,\\s*")) {
            chosen.add(Integer.parseInt(number));
        }

        if (chosen.last() >= folds) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "There is no fold %d: with %d folds they are 0 to %d.".formatted(chosen.last(), folds, folds - 1));
        }

        return chosen;
    }

    /**
     * @param text that should name folds, however many there are
     * @throws CaseException if it does not
     */
    static void requireSelection(final String text) throws CaseException {
        if (!isAll(text) && !NUMBERS.matcher(text).matches()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "\"%s\" does not name folds. Give numbers from 0 separated by commas, or all.".formatted(text));
        }
    }

    private static boolean isAll(final String text) {
        return text.strip().equalsIgnoreCase(ALL);
    }
}
