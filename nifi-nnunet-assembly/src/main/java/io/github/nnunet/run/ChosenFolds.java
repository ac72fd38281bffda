/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The folds to train, as the flow's parameter Fold has them. */
final class ChosenFolds {
    private static final String ALL = "all";
    private static final Pattern NUMBERS = Pattern.compile("\\s*[0-9]{1,4}\\s*(,\\s*[0-9]{1,4}\\s*)*");

    private ChosenFolds() {
    }

    /**
     * @param text  numbers from 0 separated by commas, or all
     * @param folds how many there are
     * @return each once, in order
     * @throws RunException if the text is something else, or names a fold that is not there
     */
    static List<Integer> parse(final String text, final int folds) throws RunException {
        if (text.strip().equalsIgnoreCase(ALL)) {
            return IntStream.range(0, folds).boxed().toList();
        }

        if (!NUMBERS.matcher(text).matches()) {
            throw new RunException("\"%s\" names no folds: give numbers from 0 separated by commas, or all".formatted(text));
        }

        final List<Integer> chosen = Pattern.compile(",").splitAsStream(text).map(number -> Integer.valueOf(number.strip())).distinct().sorted().toList();
        if (chosen.getLast() >= folds) {
            throw new RunException("There is no fold %d: the folds are 0 to %d".formatted(chosen.getLast(), folds - 1));
        }

        return chosen;
    }
}
