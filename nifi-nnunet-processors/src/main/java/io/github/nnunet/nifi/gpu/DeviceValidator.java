/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;

/** Accepts what {@link DeviceChoice} understands. */
enum DeviceValidator implements Validator {
    INSTANCE;

    @Override
    public ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        return new ValidationResult.Builder()
                .subject(subject)
                .input(input)
                .valid(DeviceChoice.isUnderstood(input))
                .explanation("it must be auto, cpu, GPUs such as cuda:0,cuda:1, or shares of the CPU such as cpu:0,cpu:1")
                .build();
    }
}
