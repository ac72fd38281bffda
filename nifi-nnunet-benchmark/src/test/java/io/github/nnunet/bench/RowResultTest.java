/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RowResultTest {
    private static final RowResult.Side OURS = new RowResult.Side(List.of(10.0, 20.0, 11.0), 100);
    private static final RowResult.Side PEER = new RowResult.Side(List.of(30.0, 40.0, 55.0), 250);

    private static RowResult result(final Optional<RowResult.Side> peer, final String note) {
        return new RowResult(BenchRows.of(true).getFirst(), 2, OURS, peer, Optional.empty(), note);
    }

    /** A machine that was slow for a while was slow for both: the ratios of turns count, not that of the medians. */
    @Test
    void theRatioIsTheMedianOverTheTurns() {
        assertEquals(3, PEER.ratioTo(OURS));
        assertEquals(11, OURS.median());
        assertEquals(15, RowResult.median(List.of(20.0, 10.0)));
    }

    @Test
    void aLineOfTheTableHasTimesRatioAndMemory() {
        final String line = BenchTable.line(result(Optional.of(PEER), ""));

        assertTrue(line.matches("read/nii +2 +11\\.0 +40\\.0 +3\\.00 +- +- +100/250"), line);
    }

    @Test
    void whereThereIsNoPeerTheLineSaysSo() {
        assertTrue(BenchTable.line(result(Optional.empty(), "no peer")).matches("read/nii +2 +11\\.0 +- +- +- +- +100/- +no peer"));
    }

    @Test
    void theShareOfNifiIsWhatTheSameCallsDoNotTake() {
        final BenchRow flow = BenchRows.of(true).stream().filter(row -> row.rival() == Rival.WITHOUT_NIFI).findFirst().orElseThrow();
        final RowResult.Side direct = new RowResult.Side(List.of(9.7, 19.0, 10.67), 100);
        final RowResult result = new RowResult(flow, 2, OURS, Optional.empty(), Optional.of(direct), "");

        assertEquals(3, result.nifiShare().orElseThrow(), 1e-9);
        assertTrue(BenchTable.line(result).endsWith("NiFi's share 3.0 %"), BenchTable.line(result));
        assertTrue(result(Optional.of(PEER), "").nifiShare().isEmpty());
    }

    @Test
    void theReportHasEveryTurn(@TempDir final Path folder) throws IOException {
        BenchReport.write(folder.resolve("bench.json"), Map.of("cores", "2"), List.of(result(Optional.of(PEER), "results differ by 1.0e-01")));

        final JsonNode report = new ObjectMapper().readTree(folder.resolve("bench.json").toFile());
        assertEquals("2", report.path("machine").path("cores").asText());
        final JsonNode row = report.path("rows").path(0);
        assertEquals("read/nii", row.path("row").asText());
        assertEquals(3, row.path("ratio").asDouble());
        assertEquals(55, row.path("peer").path("ms").path(2).asDouble());
        assertEquals(250, row.path("peer").path("peak_mb").asDouble());
        assertEquals("results differ by 1.0e-01", row.path("note").asText());
        assertFalse(row.has("rival"));
    }
}
