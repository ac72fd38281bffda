/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/** Refuses what no flowfile could make right: a value without an expression that the property cannot be read from. */
final class LiteralValidator implements Validator {
    private final Reading reading;

    /** Reads the value of a property. */
    @FunctionalInterface
    interface Reading {
        /** @throws CaseException if it is unusable, saying what it should be */
        void read(String property, String text) throws CaseException;
    }

    LiteralValidator(final Reading reading) {
        this.reading = reading;
    }

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        final ValidationResult.Builder result = new ValidationResult.Builder().subject(subject).input(input);
        if (context.isExpressionLanguageSupported(subject) && context.isExpressionLanguagePresent(input)) {
            return result.valid(true).build();
        }

        try {
            reading.read(subject, input);
            return result.valid(true).build();
        } catch (final CaseException unusable) {
            return result.valid(false).explanation(unusable.getMessage()).build();
        }
    }
}
