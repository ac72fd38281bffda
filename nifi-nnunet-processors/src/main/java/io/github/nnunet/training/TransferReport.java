/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.io.IOException;
import java.util.List;

/**
 * What a network took over from another model.
 *
 * @param source     name of the file
 * @param loaded     weights that were taken over
 * @param mismatched weights that both have, in different shapes: they start untrained
 * @param missing    weights of the network that the file does not have: they start untrained
 * @param unused     weights of the file that the network does not have
 */
public record TransferReport(String source, List<String> loaded, List<Mismatch> mismatched, List<String> missing, List<String> unused) {

    /**
     * A weight of another shape.
     *
     * @param shape  that the network needs
     * @param stored that the file has
     */
    public record Mismatch(String name, List<Long> shape, List<Long> stored) {

        public Mismatch {
            shape = List.copyOf(shape);
            stored = List.copyOf(stored);
        }
    }

    public TransferReport {
        loaded = List.copyOf(loaded);
        mismatched = List.copyOf(mismatched);
        missing = List.copyOf(missing);
        unused = List.copyOf(unused);
    }

    /** @return the counts in one line */
    public String summary() {
        return "%d of %d weights taken over from %s; %d have another shape there, %d are missing there, %d of its weights are not used"
                .formatted(loaded.size(), loaded.size() + mismatched.size() + missing.size(), source, mismatched.size(), missing.size(), unused.size());
    }

    /** @return this report as one line of JSON */
    public String toJson() {
        return TrainingJson.write(this);
    }

    /** @throws IOException if it is not the JSON of a report */
    public static TransferReport fromJson(final String json) throws IOException {
        return TrainingJson.read(json, TransferReport.class);
    }
}
