/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.UncheckedIOException;

/**
 * What is remembered of a stored case until its set is complete.
 *
 * @param fold the fold that validates on it
 */
record CollectedCase(String id, int fold) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static CollectedCase read(final String json) {
        try {
            return MAPPER.readValue(json, CollectedCase.class);
        } catch (final JsonProcessingException e) {
            throw new UncheckedIOException("The processor's state has something else than a collected case: %s. Clear the state.".formatted(json), e);
        }
    }
}
