/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.dataset.AtomicFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures as JSON. */
final class BenchReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private BenchReport() {
    }

    /** @param facts machine and versions */
    static void write(final Path file, final Map<String, String> facts, final List<RowResult> results) throws IOException {
        final ObjectNode report = JSON.createObjectNode();
        report.set("machine", JSON.valueToTree(facts));
        final ArrayNode rows = report.putArray("rows");
        for (final RowResult result : results) {
            final ObjectNode row = rows.addObject();
            row.put("row", result.row().name()).put("threads", result.threads());
            put(row, "ours", Optional.of(result.ours()));
            put(row, "peer", result.peer());
            put(row, "rival", result.rival());
            result.peer().ifPresent(peer -> row.put("ratio", peer.ratioTo(result.ours())));
            result.rival().ifPresent(rival -> row.put("rival_is", result.row().rival().name()).put("ratio_to_rival", rival.ratioTo(result.ours())));
            result.nifiShare().ifPresent(share -> row.put("nifi_share_percent", share));
            row.put("note", result.note());
        }

        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(report)));
    }

    private static void put(final ObjectNode row, final String name, final Optional<RowResult.Side> side) {
        side.ifPresent(figures -> {
            final ObjectNode object = row.putObject(name);
            object.put("median_ms", figures.median());
            object.set("ms", JSON.valueToTree(figures.milliseconds()));
            object.put("peak_mb", figures.peakMegabytes());
        });
    }
}
