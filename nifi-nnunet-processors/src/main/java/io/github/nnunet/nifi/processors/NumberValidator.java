/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

import java.util.function.DoublePredicate;

/** Accepts decimal numbers of a range. */
final class NumberValidator implements Validator {
    private final DoublePredicate range;
    private final String requirement;

    private NumberValidator(final DoublePredicate range, final String requirement) {
        this.range = range;
        this.requirement = requirement;
    }

    /** Both ends included. */
    static NumberValidator between(final double least, final double most) {
        return new NumberValidator(value -> value >= least && value <= most, "a number from %s to %s".formatted(least, most));
    }

    /** 0 up to but not 1. */
    static NumberValidator fraction() {
        return new NumberValidator(value -> value >= 0 && value < 1, "a number that is at least 0 and less than 1");
    }

    static NumberValidator notNegative() {
        return new NumberValidator(value -> value >= 0 && value < Double.POSITIVE_INFINITY, "a number that is at least 0");
    }

    static NumberValidator positive() {
        return new NumberValidator(value -> value > 0 && value < Double.POSITIVE_INFINITY, "a number greater than 0");
    }

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(isInRange(input))
                .explanation("it must be " + requirement)
                .build();
    }

    private boolean isInRange(final String input) {
        try {
            return range.test(Double.parseDouble(input));
        } catch (final NumberFormatException | NullPointerException e) {
            return false;
        }
    }
}
