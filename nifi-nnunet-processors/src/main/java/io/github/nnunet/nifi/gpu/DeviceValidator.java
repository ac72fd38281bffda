/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

import java.util.regex.Pattern;

/** Accepts what the property Device may be. */
enum DeviceValidator implements Validator {
    INSTANCE;

    private static final String DEVICE = "(cpu|cuda:[0-9]{1,3})";
    private static final Pattern CHOICE = Pattern.compile("\\s*(auto|%s(\\s*,\\s*%s)*)\\s*".formatted(DEVICE, DEVICE), Pattern.CASE_INSENSITIVE);

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(input != null && CHOICE.matcher(input).matches())
                .explanation("it must be auto, cpu, or GPUs such as cuda:0,cuda:1")
                .build();
    }
}
