/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * Turns samples into coefficients of the cubic B-spline through them, for many lines side by side. The recursion runs
 * along the lines, the inner loops across them, so that they work on contiguous numbers.
 *
 * <p>Each line is extended by {@link #PADDING} copies of its end samples, and reflected about the outer half sample
 * beyond them. Coefficients are the same doubles as those of {@code scipy.ndimage.spline_filter1d(order=3,
 * mode='nearest')} on the extended line: the order of operations matters, because where the spline passes through
 * zero its rounding decides which voxels count as foreground.
 *
 * <p>Source of the recursion: M. Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal
 * Processing Magazine 16(6), 1999.
 */
final class SplineFilter {
    /** Copies of the end samples before and after a line. */
    static final int PADDING = 12;
    /** Coefficients beyond each end of a line that a resize reads. */
    static final int MARGIN = 2;

    /** The square root of 3 less 2, rounded once: taking the difference of doubles loses two bits. */
    private static final double POLE = -0.267949192431122706472553658494127633;
    private static final double GAIN = (1.0 - POLE) * (1.0 - 1.0 / POLE);
    /** Powers of the pole below this cannot change a coefficient that is visible in single precision. */
    private static final double NEGLIGIBLE = 1e-60;

    private final int length;
    private final double[][] lines;
    private final double[] first;

    /**
     * @param length  samples in a line
     * @param columns lines side by side, at most
     */
    SplineFilter(final int length, final int columns) {
        this.length = length;
        this.lines = new double[length + 2 * PADDING][columns];
        this.first = new double[columns];
    }

    /** @return sample {@code index} of every line, to be filled before {@link #filter} */
    double[] sample(final int index) {
        return lines[PADDING + index];
    }

    /**
     * @param index from -MARGIN to length + MARGIN - 1, and some more
     * @return coefficient {@code index} of every line, after {@link #filter}; after {@link #filterForward} what it is then
     */
    double[] coefficient(final int index) {
        return lines[PADDING + index];
    }

    /** Replaces the samples of the first {@code columns} lines by coefficients. */
    void filter(final int columns) {
        filterForward(columns);
        filterBackward(columns);
    }

    /** The first half of {@link #filter}. */
    void filterForward(final int columns) {
        applyGain(columns);
        extend(columns);
        startForward(columns);
        final int last = lines.length - 1;
        for (int i = 1; i <= last; i++) {
            runForward(lines[i], lines[i - 1], columns);
        }
    }

    /** The second half of {@link #filter}. */
    void filterBackward(final int columns) {
        final int last = lines.length - 1;
        startBackward(lines[last], columns);
        for (int i = last - 1; i >= PADDING - MARGIN; i--) {
            runBackward(lines[i], lines[i + 1], columns);
        }
    }

    private void applyGain(final int columns) {
        for (int i = PADDING; i < PADDING + length; i++) {
            final double[] line = lines[i];
            for (int column = 0; column < columns; column++) {
                line[column] *= GAIN;
            }
        }
    }

    private void extend(final int columns) {
        for (int i = 0; i < PADDING; i++) {
            System.arraycopy(lines[PADDING], 0, lines[i], 0, columns);
            System.arraycopy(lines[PADDING + length - 1], 0, lines[PADDING + length + i], 0, columns);
        }
    }

    private void startForward(final int columns) {
        final int last = lines.length - 1;
        final double poleToLength = Math.pow(POLE, lines.length);
        final double[] start = lines[0];
        System.arraycopy(start, 0, first, 0, columns);
        accumulate(start, 1.0, start, poleToLength, lines[last], 0.0, columns);
        double power = POLE;
        for (int i = 1; i <= last && Math.abs(power) > NEGLIGIBLE; i++) {
            accumulate(start, power, lines[i], poleToLength, lines[last - i], 1.0, columns);
            power *= POLE;
        }

        final double factor = POLE / (1.0 - poleToLength * poleToLength);
        for (int column = 0; column < columns; column++) {
            start[column] = start[column] * factor + first[column];
        }
    }

    /** sum = keep * sum + power * (near + reflected * far) */
    private static void accumulate(final double[] sum, final double power, final double[] near, final double reflected, final double[] far,
                                   final double keep, final int columns) {
        for (int column = 0; column < columns; column++) {
            sum[column] = keep * sum[column] + power * (near[column] + reflected * far[column]);
        }
    }

    /** One step of the forward recursion for a sample that is not in the lines: GAIN * sample + POLE * previous. */
    static void runForward(final float[] samples, final int from, final double[] previous, final int before, final double[] line, final int to, final int columns) {
        for (int column = 0; column < columns; column++) {
            line[to + column] = GAIN * samples[from + column] + POLE * previous[before + column];
        }
    }

    /** One step of the backward recursion. */
    static void runBackward(final double[] line, final int at, final double[] next, final int after, final int columns) {
        for (int column = 0; column < columns; column++) {
            line[at + column] = POLE * (next[after + column] - line[at + column]);
        }
    }

    private static void runForward(final double[] line, final double[] previous, final int columns) {
        for (int column = 0; column < columns; column++) {
            line[column] += POLE * previous[column];
        }
    }

    private static void startBackward(final double[] line, final int columns) {
        final double factor = POLE / (POLE - 1.0);
        for (int column = 0; column < columns; column++) {
            line[column] *= factor;
        }
    }

    private static void runBackward(final double[] line, final double[] next, final int columns) {
        for (int column = 0; column < columns; column++) {
            line[column] = POLE * (next[column] - line[column]);
        }
    }
}
