/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** What numbers in settings must be. Each method throws IllegalArgumentException with a sentence. */
final class Requirement {
    private Requirement() {
    }

    static void positive(final String name, final double value) {
        require(value > 0, "The %s must be above 0, not %s", name, value);
    }

    static void notNegative(final String name, final double value) {
        require(value >= 0, "The %s must be 0 or more, not %s", name, value);
    }

    /** 0 to 1, both included. */
    static void share(final String name, final double value) {
        require(value >= 0 && value <= 1, "The %s must be from 0 to 1, not %s", name, value);
    }

    /** 0 up to but not 1. */
    static void fraction(final String name, final double value) {
        require(value >= 0 && value < 1, "The %s must be 0 or more and less than 1, not %s", name, value);
    }

    private static void require(final boolean holds, final String sentence, final String name, final double value) {
        if (!holds) {
            throw new IllegalArgumentException(sentence.formatted(name, value));
        }
    }
}
