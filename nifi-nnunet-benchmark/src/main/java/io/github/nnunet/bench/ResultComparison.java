/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import io.github.nnunet.dataset.NpyFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Whether both sides have computed the same. */
final class ResultComparison {
    private ResultComparison() {
    }

    /**
     * @param ours the files ours-0.npy and so on, without the ending
     * @return how far the results are apart: of floats the largest difference by the largest value, of labels the share of voxels that differ; infinite
     *         if they are not comparable
     */
    static double difference(final Path ours, final Path theirs) throws IOException {
        double largest = 0;
        int array = 0;
        while (Files.exists(numbered(ours, array)) && Files.exists(numbered(theirs, array))) {
            largest = Math.max(largest, difference(NpyFile.read(numbered(ours, array)), NpyFile.read(numbered(theirs, array))));
            array++;
        }

        final boolean isPaired = array > 0 && !Files.exists(numbered(ours, array)) && !Files.exists(numbered(theirs, array));
        return isPaired ? largest : Double.POSITIVE_INFINITY;
    }

    private static Path numbered(final Path file, final int number) {
        return file.resolveSibling("%s-%d.npy".formatted(file.getFileName(), number));
    }

    private static double difference(final NpyFile ours, final NpyFile theirs) {
        if (!Arrays.equals(ours.shape(), theirs.shape()) || ours.type() != theirs.type()) {
            return Double.POSITIVE_INFINITY;
        }

        return ours.type() == NpyFile.ElementType.UINT8 ? shareThatDiffers(ours.bytes(), theirs.bytes()) : relativeDifference(ours.floats(), theirs.floats());
    }

    static double shareThatDiffers(final byte[] ours, final byte[] theirs) {
        int count = 0;
        for (int i = 0; i < ours.length; i++) {
            count += ours[i] == theirs[i] ? 0 : 1;
        }

        return (double) count / ours.length;
    }

    static double relativeDifference(final float[] ours, final float[] theirs) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(theirs[i]));
            // Once it is not a number, it stays so.
            difference = Math.max(difference, Math.abs((double) ours[i] - theirs[i]));
        }

        if (Double.isNaN(difference)) {
            return Double.POSITIVE_INFINITY;
        }

        return difference == 0 ? 0 : difference / largest;
    }
}
