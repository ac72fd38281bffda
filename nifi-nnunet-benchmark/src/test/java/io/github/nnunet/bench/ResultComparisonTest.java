/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import io.github.nnunet.dataset.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ResultComparisonTest {
    @TempDir
    private Path folder;

    private Path floats(final String name, final int[] shape, final float... values) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve(name + "-0.npy"))) {
            NpyFile.writeFloats(out, shape, values);
        }

        return folder.resolve(name);
    }

    private Path labels(final String name, final int number, final byte... values) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("%s-%d.npy".formatted(name, number)))) {
            NpyFile.writeBytes(out, new int[] {values.length}, values);
        }

        return folder.resolve(name);
    }

    @Test
    void floatsAreApartByAShareOfTheLargest() throws IOException {
        final Path peer = floats("peer", new int[] {2, 2}, 1, -200, 3, 4);

        assertEquals(0, ResultComparison.difference(floats("same", new int[] {2, 2}, 1, -200, 3, 4), peer));
        assertEquals(0.01, ResultComparison.difference(floats("other", new int[] {2, 2}, 3, -200, 3, 4), peer), 1e-12);
    }

    @Test
    void labelsAreApartByTheShareOfVoxels() throws IOException {
        final Path peer = labels("peer", 0, (byte) 1, (byte) 2, (byte) 200, (byte) 0);

        assertEquals(0.25, ResultComparison.difference(labels("ours", 0, (byte) 1, (byte) 2, (byte) 2, (byte) 0), peer));
    }

    @Test
    void whatCannotBeComparedIsInfinitelyFarApart() throws IOException {
        final Path ours = floats("ours", new int[] {4}, 1, 2, 3, Float.NaN);

        assertEquals(Double.POSITIVE_INFINITY, ResultComparison.difference(ours, floats("numbers", new int[] {4}, 1, 2, 3, 4)));
        assertEquals(Double.POSITIVE_INFINITY, ResultComparison.difference(ours, floats("shape", new int[] {2, 2}, 1, 2, 3, 4)));
        assertEquals(Double.POSITIVE_INFINITY, ResultComparison.difference(ours, labels("type", 0, (byte) 1)));
        assertEquals(Double.POSITIVE_INFINITY, ResultComparison.difference(ours, folder.resolve("absent")));
    }

    @Test
    void everyArrayHasToHaveAPartner() throws IOException {
        labels("ours", 0, (byte) 1);
        labels("ours", 1, (byte) 1);

        assertEquals(Double.POSITIVE_INFINITY, ResultComparison.difference(folder.resolve("ours"), labels("peer", 0, (byte) 1)));
    }
}
