/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.metrics.CaseScores;

import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What ComputeDice remembers of a case until its listing is complete.
 *
 * @param fold  the fold whose model predicted it, if there is one
 * @param tried what keeping largest components would change, JSON, if it was tried
 */
record CaseRecord(CaseScores scores, Optional<Integer> fold, Optional<String> tried) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FOLD = "fold";
    private static final String TRIED = "components";

    /** @return the JSON of the scores with more members */
    String toJson() {
        try {
            final ObjectNode node = (ObjectNode) MAPPER.readTree(scores.toJson());
            fold.ifPresent(number -> node.put(FOLD, number));
            if (tried.isPresent()) {
                node.set(TRIED, MAPPER.readTree(tried.get()));
            }

            return node.toString();
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static CaseRecord fromJson(final String json, final String name) throws CaseException {
        try {
            final JsonNode node = MAPPER.readTree(json);
            final JsonNode tried = node.path(TRIED);
            final Optional<Integer> fold = node.has(FOLD) ? Optional.of(node.path(FOLD).asInt()) : Optional.empty();
            return new CaseRecord(CaseScores.fromJson(json, name), fold, tried.isObject() ? Optional.of(tried.toString()) : Optional.empty());
        } catch (final JsonProcessingException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s does not hold the scores of a case: score the case again".formatted(name), e);
        }
    }
}
