/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/** Accepts whole numbers of a range, and expressions where the property may have them. */
public final class WholeNumberValidator implements Validator {
    private final int least;
    private final int most;
    private final String requirement;

    private WholeNumberValidator(final int least, final int most, final String requirement) {
        this.least = least;
        this.most = most;
        this.requirement = requirement;
    }

    public static WholeNumberValidator atLeast(final int least) {
        return new WholeNumberValidator(least, Integer.MAX_VALUE, "a whole number that is at least %d".formatted(least));
    }

    /** Both ends included. */
    public static WholeNumberValidator between(final int least, final int most) {
        return new WholeNumberValidator(least, most, "a whole number from %d to %d".formatted(least, most));
    }

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final boolean isExpression = context.isExpressionLanguageSupported(subject) && context.isExpressionLanguagePresent(input);
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(isExpression || isInRange(input))
                .explanation("it must be " + requirement)
                .build();
    }

    private boolean isInRange(final String input) {
        try {
            final int number = Integer.parseInt(input);
            return number >= least && number <= most;
        } catch (final NumberFormatException e) {
            return false;
        }
    }
}
