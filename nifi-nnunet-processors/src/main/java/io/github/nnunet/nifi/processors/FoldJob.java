/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What CollectDataset asks TrainUNet to do, JSON in a flowfile.
 *
 * @param dataset    folder of the prepared cases
 * @param fold       counted from 0
 * @param training   cases to learn from
 * @param validation cases to score on
 */
record FoldJob(String dataset, int fold, List<String> training, List<String> validation) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    FoldJob {
        training = training == null ? List.of() : List.copyOf(training);
        validation = validation == null ? List.of() : List.copyOf(validation);
    }

    byte[] toJson() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** @throws CaseException if it is not a job */
    static FoldJob read(final InputStream json, final String name) throws CaseException, IOException {
        final FoldJob job = parse(json, name);
        if (job == null || job.dataset() == null || job.fold() < 0 || job.training().isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s is not a training job: it needs dataset, fold, training and validation. Connect the job relationship of CollectDataset."
                    .formatted(name));
        }

        return job;
    }

    private static FoldJob parse(final InputStream json, final String name) throws CaseException, IOException {
        try {
            return MAPPER.readValue(json, FoldJob.class);
        } catch (final JsonProcessingException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s is not a training job: its content is not the JSON that CollectDataset writes.".formatted(name), e);
        }
    }
}
