/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Percentiles, mean and standard deviation of the labelled voxels of a dataset, exact in bounded memory. Whole numbers, as
 * CT has them, are counted one by one in a single pass. If there are others, further passes follow: values are first
 * counted by the upper half of their bits, then those around the percentiles by the lower half.
 *
 * <p>What is computed: numpy.percentile(values, [0.5, 99.5]) with its linear interpolation, numpy.mean and numpy.std (ddof 0).
 */
final class ForegroundIntensities {
    private static final double LOWER = 0.5 / 100;
    private static final double UPPER = 99.5 / 100;
    private static final int WHOLE_LIMIT = 1 << 16;
    private static final int HALF_BITS = 16;
    private static final int HALF_VALUES = 1 << HALF_BITS;

    private final Source source;
    private final long[] countOfWhole = new long[2 * WHOLE_LIMIT];
    private final long[] countOfUpperHalf = new long[HALF_VALUES];
    private boolean allWhole = true;
    private long count;

    private ForegroundIntensities(final Source source) {
        this.source = source;
    }

    /** The labelled voxels of a dataset. */
    @FunctionalInterface
    interface Source {
        /** Gives all of them, the same each time. */
        void forEach(Consumer consumer) throws IOException, CaseException;
    }

    /** Takes intensities. */
    @FunctionalInterface
    interface Consumer {
        void accept(float intensity);
    }

    /** @throws CaseException if there are none */
    static CtStatistics statistics(final Source source) throws IOException, CaseException {
        final ForegroundIntensities intensities = new ForegroundIntensities(source);
        source.forEach(intensities::count);
        if (intensities.count == 0) {
            throw new CaseException(FaultCategory.LABEL,
                    "No voxel of the training cases has a label above 0, so a CT dataset cannot be scaled by them; check the labels");
        }

        return intensities.allWhole ? intensities.fromWholeNumbers() : intensities.fromAnyNumbers();
    }

    private void count(final float intensity) {
        count++;
        countOfUpperHalf[orderedBits(intensity) >>> HALF_BITS]++;
        final int whole = (int) intensity;
        if (whole == intensity && whole >= -WHOLE_LIMIT && whole < WHOLE_LIMIT) {
            countOfWhole[whole + WHOLE_LIMIT]++;
        } else {
            allWhole = false;
        }
    }

    /** @return bits that are in the order of the numbers when compared as unsigned; -0 is just below 0 */
    private static int orderedBits(final float value) {
        final int bits = Float.floatToRawIntBits(value);
        return bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE;
    }

    private static float fromOrderedBits(final int ordered) {
        return Float.intBitsToFloat(ordered < 0 ? ordered ^ Integer.MIN_VALUE : ~ordered);
    }

    private CtStatistics fromWholeNumbers() {
        final double mean = sumOfWhole(value -> value) / count;
        final double variance = sumOfWhole(value -> (value - mean) * (value - mean)) / count;
        return new CtStatistics(percentile(LOWER, this::wholeAt), percentile(UPPER, this::wholeAt), mean, Math.sqrt(variance));
    }

    private double sumOfWhole(final DoubleUnaryOperator function) {
        final CompensatedSum sum = new CompensatedSum();
        for (int i = 0; i < countOfWhole.length; i++) {
            if (countOfWhole[i] > 0) {
                sum.add(countOfWhole[i] * function.applyAsDouble(i - WHOLE_LIMIT));
            }
        }

        return sum.value();
    }

    private double wholeAt(final long rank) {
        long before = 0;
        for (int i = 0; i < countOfWhole.length; i++) {
            before += countOfWhole[i];
            if (rank < before) {
                return i - WHOLE_LIMIT;
            }
        }

        throw new IndexOutOfBoundsException("Value %d of %d".formatted(rank, count));
    }

    private CtStatistics fromAnyNumbers() throws IOException, CaseException {
        final CompensatedSum sum = new CompensatedSum();
        source.forEach(sum::add);
        final double mean = sum.value() / count;
        final List<Bucket> buckets = bucketsOfPercentiles();
        final CompensatedSum squares = new CompensatedSum();
        source.forEach(intensity -> {
            squares.add((intensity - mean) * (intensity - mean));
            buckets.forEach(bucket -> bucket.count(intensity));
        });
        final RankedValues values = rank -> valueAt(buckets, rank);
        return new CtStatistics(percentile(LOWER, values), percentile(UPPER, values), mean, Math.sqrt(squares.value() / count));
    }

    /** Values with the same upper half of their bits. */
    private static final class Bucket {
        private final int upperHalf;
        private final long before;
        private final long[] countOfLowerHalf = new long[HALF_VALUES];

        private Bucket(final int upperHalf, final long before) {
            this.upperHalf = upperHalf;
            this.before = before;
        }

        private void count(final float intensity) {
            final int bits = orderedBits(intensity);
            if (bits >>> HALF_BITS == upperHalf) {
                countOfLowerHalf[bits & HALF_VALUES - 1]++;
            }
        }
    }

    private List<Bucket> bucketsOfPercentiles() {
        final List<Bucket> buckets = new ArrayList<>();
        for (final double fraction : new double[] {LOWER, UPPER}) {
            final long rank = (long) Math.floor(fraction * (count - 1));
            addBucket(buckets, rank);
            addBucket(buckets, Math.min(rank + 1, count - 1));
        }

        return buckets;
    }

    private void addBucket(final List<Bucket> buckets, final long rank) {
        long before = 0;
        int upperHalf = 0;
        while (before + countOfUpperHalf[upperHalf] <= rank) {
            before += countOfUpperHalf[upperHalf++];
        }

        final int found = upperHalf;
        if (buckets.stream().noneMatch(bucket -> bucket.upperHalf == found)) {
            buckets.add(new Bucket(found, before));
        }
    }

    private static double valueAt(final List<Bucket> buckets, final long rank) {
        for (final Bucket bucket : buckets) {
            long before = bucket.before;
            for (int lower = 0; lower < HALF_VALUES; lower++) {
                if (rank >= before && rank < before + bucket.countOfLowerHalf[lower]) {
                    return fromOrderedBits(bucket.upperHalf << HALF_BITS | lower);
                }

                before += bucket.countOfLowerHalf[lower];
            }
        }

        throw new IndexOutOfBoundsException("No bucket has value %d".formatted(rank));
    }

    @FunctionalInterface
    private interface RankedValues {
        /** @return the value with so many before it in ascending order */
        double at(long rank);
    }

    private double percentile(final double fraction, final RankedValues values) {
        final double place = fraction * (count - 1);
        final long rank = (long) Math.floor(place);
        return Percentile.between(values.at(rank), values.at(Math.min(rank + 1, count - 1)), place - rank);
    }

    /** Adds numbers with the rounding errors kept apart (Neumaier). */
    private static final class CompensatedSum {
        private double sum;
        private double compensation;

        private void add(final double value) {
            final double next = sum + value;
            compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        private double value() {
            return sum + compensation;
        }
    }
}
