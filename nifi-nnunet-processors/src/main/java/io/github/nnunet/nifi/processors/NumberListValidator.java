/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

import java.util.regex.Pattern;

/** Accepts whole numbers separated by commas. */
enum NumberListValidator implements Validator {
    POSITIVE_INTEGERS;

    private static final Pattern LIST = Pattern.compile("\\s*[1-9][0-9]{0,5}\\s*(,\\s*[1-9][0-9]{0,5}\\s*)*");

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(input != null && LIST.matcher(input).matches())
                .explanation("it must be whole numbers greater than 0, separated by commas")
                .build();
    }
}
