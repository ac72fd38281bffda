/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.training.TransferReport.Mismatch;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class WeightTransferTest {
    private static final NetworkWeights OWN = new NetworkWeights(List.of(
            entry("a.weight", new long[] {2, 1}, 1, 2),
            entry("a.bias", new long[] {2}, 3, 4),
            entry("b.weight", new long[] {1}, 5)));

    private static NetworkWeights.Entry entry(final String name, final long[] shape, final float... values) {
        return new NetworkWeights.Entry(name, shape, values, true);
    }

    @Test
    void weightsOfTheSameNameAndShapeAreTakenOverAndTheOthersReported() {
        final NetworkWeights stored = new NetworkWeights(List.of(
                entry("a.weight", new long[] {1, 2}, 7, 8),
                entry("a.bias", new long[] {2}, 9, 10),
                entry("c.weight", new long[] {1}, 11)));

        final WeightTransfer transfer = WeightTransfer.of("best.pt", stored, OWN);

        assertArrayEquals(new float[] {1, 2}, transfer.weights().entry("a.weight").values());
        assertArrayEquals(new float[] {9, 10}, transfer.weights().entry("a.bias").values());
        assertArrayEquals(new float[] {5}, transfer.weights().entry("b.weight").values());
        assertEquals(OWN.names(), transfer.weights().names());
        assertEquals(new TransferReport("best.pt", List.of("a.bias"), List.of(new Mismatch("a.weight", List.of(2L, 1L), List.of(1L, 2L))), List.of("b.weight"), List.of("c.weight")),
                transfer.report());
        assertEquals("1 of 3 weights taken over from best.pt; 1 have another shape there, 1 are missing there, 1 of its weights are not used", transfer.report().summary());
    }

    @Test
    void theFirstPartOfANameDoesNotCountWhereNoNameFits() {
        final NetworkWeights stored = new NetworkWeights(List.of(entry("model.a.bias", new long[] {2}, 9, 10), entry("loss", new long[] {1}, 0)));

        final WeightTransfer transfer = WeightTransfer.of("best.ckpt", stored, OWN);

        assertArrayEquals(new float[] {9, 10}, transfer.weights().entry("a.bias").values());
        assertEquals(List.of("loss"), transfer.report().unused());
    }

    @Test
    void aReportSurvivesJson() throws IOException {
        final TransferReport report = WeightTransfer.of("best.pt", new NetworkWeights(List.of(entry("a.weight", new long[] {1}, 7))), OWN).report();
        assertEquals(report, TransferReport.fromJson(report.toJson()));
    }
}
