/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.apache.nifi.util.FormatUtils;

import java.util.concurrent.TimeUnit;

/** Accepts times of a second or more. */
enum DurationValidator implements Validator {
    A_SECOND_OR_MORE;

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(isLongEnough(input))
                .explanation("it must be a time of a second or more, such as 2 hours")
                .build();
    }

    private static boolean isLongEnough(final String input) {
        try {
            return FormatUtils.getPreciseTimeDuration(input, TimeUnit.SECONDS) >= 1;
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }
}
