/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a row came to on a number of threads.
 *
 * @param ours  this software
 * @param peer  Python; empty where there is none
 * @param rival what else the row is measured against; empty if nothing
 * @param note  what has to be said; empty if nothing
 */
record RowResult(BenchRow row, int threads, Side ours, Optional<Side> peer, Optional<Side> rival, String note) {

    /**
     * One side's figures.
     *
     * @param milliseconds of each repetition, in the order in which the sides took turns
     * @param peakMegabytes the most main memory that its process had
     */
    record Side(List<Double> milliseconds, double peakMegabytes) {

        Side {
            milliseconds = List.copyOf(milliseconds);
        }

        double median() {
            return RowResult.median(milliseconds);
        }

        /** @return how many times faster the other side is: the median over the repetitions of the ratio of the two, which took turns */
        double ratioTo(final Side other) {
            final double[] ratios = new double[milliseconds.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = milliseconds.get(i) / other.milliseconds.get(i);
            }

            return RowResult.median(Arrays.stream(ratios).boxed().toList());
        }
    }

    /** @return the part of the time that is NiFi's, percent; empty of rows that do not go through it */
    OptionalDouble nifiShare() {
        return row.rival() == Rival.WITHOUT_NIFI && rival.isPresent() ? OptionalDouble.of(100 * (1 - rival.get().ratioTo(ours))) : OptionalDouble.empty();
    }

    static double median(final List<Double> values) {
        final double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
