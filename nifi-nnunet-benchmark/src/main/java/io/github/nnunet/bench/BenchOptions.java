/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The options of ./nnunet bench.
 *
 * @param rows         names of rows that are wanted have a part that this pattern finds
 * @param threads      numbers of threads
 * @param repetitions  turns of each side
 * @param isQuick      small inputs, to see that everything works
 * @param isKernels    single loops in JMH in place of rows
 * @param isListing    prints the names of the rows and nothing else
 * @param python       interpreter of the peers; empty to look for one
 * @param installsPeer whether packages that the peers need may be installed
 * @param json         gets the figures
 */
record BenchOptions(Pattern rows, List<Integer> threads, int repetitions, boolean isQuick, boolean isKernels, boolean isListing, Optional<Path> python, boolean installsPeer, Path json) {
    private static final int REPETITIONS = 5;

    /** @throws IllegalArgumentException with a sentence for the user */
    static BenchOptions parse(final List<String> arguments, final int processors) {
        Pattern rows = Pattern.compile("");
        List<Integer> threads = threads("1,all", processors);
        int repetitions = REPETITIONS;
        boolean isQuick = false;
        boolean isKernels = false;
        boolean isListing = false;
        Optional<Path> python = Optional.empty();
        boolean installs = false;
        Optional<Path> json = Optional.empty();
        for (int i = 0; i < arguments.size(); i++) {
            final String option = arguments.get(i);
            switch (option) {
                case "--quick" -> isQuick = true;
                case "--kernels" -> isKernels = true;
                case "--list" -> isListing = true;
                case "--install-peers" -> installs = true;
                case "--rows" -> rows = pattern(value(arguments, ++i, option));
                case "--threads" -> threads = threads(value(arguments, ++i, option), processors);
                case "--repeats" -> repetitions = positive(value(arguments, ++i, option), option);
                case "--python" -> python = Optional.of(Path.of(value(arguments, ++i, option)));
                case "--json" -> json = Optional.of(Path.of(value(arguments, ++i, option)));
                default -> throw new IllegalArgumentException("There is no option %s".formatted(option));
            }
        }

        final Path figures = json.orElse(Path.of(isKernels ? "bench-kernels.json" : "bench.json"));
        return new BenchOptions(rows, threads, repetitions, isQuick, isKernels, isListing, python, installs, figures.toAbsolutePath());
    }

    private static String value(final List<String> arguments, final int place, final String option) {
        if (place >= arguments.size()) {
            throw new IllegalArgumentException("%s needs a value".formatted(option));
        }

        return arguments.get(place);
    }

    private static Pattern pattern(final String text) {
        try {
            return Pattern.compile(text);
        } catch (final PatternSyntaxException e) {
            throw new IllegalArgumentException("--rows needs a regular expression, such as forward/64, and not %s".formatted(text), e);
        }
    }

    private static List<Integer> threads(final String text, final int processors) {
        final List<Integer> threads = new ArrayList<>();
        for (final String word : text.split(",")) {
            final int number = word.strip().equals("all") ? processors : positive(word.strip(), "--threads");
            if (!threads.contains(number)) {
                threads.add(number);
            }
        }

        return List.copyOf(threads);
    }

    private static int positive(final String text, final String option) {
        try {
            final int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("%s needs a whole number above 0, and not %s".formatted(option, text), e);
        }

        throw new IllegalArgumentException("%s needs a whole number above 0, and not %s".formatted(option, text));
    }
}
