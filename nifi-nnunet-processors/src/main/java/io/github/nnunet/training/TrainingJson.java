/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON form of this package's records. */
final class TrainingJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder().enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

    private TrainingJson() {
    }

    static String write(final Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static <T> T read(final String json, final Class<T> type) throws IOException {
        return MAPPER.readValue(json, type);
    }

    /** Members that the JSON lacks, at any depth, are taken from the defaults. */
    static <T> T read(final String json, final T defaults, final Class<T> type) throws IOException {
        final JsonNode given = MAPPER.readTree(json);
        if (!given.isObject()) {
            throw new IOException("The JSON should be an object, and is not: %.80s".formatted(json));
        }

        final ObjectNode merged = MAPPER.valueToTree(defaults);
        merge(merged, (ObjectNode) given);
        return MAPPER.treeToValue(merged, type);
    }

    private static void merge(final ObjectNode target, final ObjectNode given) {
        given.properties().forEach(member -> {
            final JsonNode present = target.get(member.getKey());
            if (present instanceof ObjectNode nested && member.getValue() instanceof ObjectNode nestedGiven) {
                merge(nested, nestedGiven);
            } else {
                target.set(member.getKey(), member.getValue());
            }
        });
    }
}
