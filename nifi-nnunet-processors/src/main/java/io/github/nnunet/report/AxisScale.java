/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The range of an axis, with marks at round numbers: 1, 2 or 5 times a power of ten apart (Heckbert, Nice Numbers for
 * Graph Labels, Graphics Gems, 1990).
 *
 * @param from the lower end, a multiple of the step
 * @param to   the upper end, likewise
 * @param step between two marks
 */
record AxisScale(double from, double to, double step) {
    private static final double[] ROUND = {1, 2, 5, 10};
    private static final int MOST_DECIMALS = 12;

    /**
     * @param from  the least value
     * @param to    the largest value; if they are the same, there is some room around it
     * @param marks about how many steps there are
     */
    static AxisScale of(final double from, final double to, final int marks) {
        final double room = to > from ? 0 : Math.max(Math.abs(to), 1) / 2;
        final double step = roundStep((to - from + 2 * room) / marks);
        return new AxisScale(Math.floor((from - room) / step) * step, Math.ceil((to + room) / step) * step, step);
    }

    /** For values that are never negative: the axis begins at 0. */
    static AxisScale fromZero(final double to, final int marks) {
        return of(0, to > 0 ? to : 1, marks);
    }

    /** For numbers of epochs: no mark is between two of them. */
    static AxisScale whole(final int from, final int to, final int marks) {
        final double step = Math.max(1, roundStep((double) (to - from) / marks));
        return new AxisScale(from, Math.max(to, from + 1), step);
    }

    private static double roundStep(final double rough) {
        final double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (final double round : ROUND) {
            if (rough <= round * power * (1 + 1e-9)) {
                return round * power;
            }
        }

        throw new IllegalArgumentException("No step for %s".formatted(rough));
    }

    /** @return where marks are: multiples of the step within the range */
    List<Double> marks() {
        final List<Double> marks = new ArrayList<>();
        final long first = Math.round(Math.ceil(from / step - 1e-9));
        final long last = Math.round(Math.floor(to / step + 1e-9));
        for (long multiple = first; multiple <= last; multiple++) {
            marks.add(multiple * step);
        }

        return marks;
    }

    /** @return how far along the axis a value is, 0 to 1 */
    double position(final double value) {
        return (value - from) / (to - from);
    }

    /** @return the value as text, with the decimals that the step has */
    String label(final double value) {
        final int decimals = Math.clamp(-Math.round(Math.floor(Math.log10(step) + 1e-9)), 0, MOST_DECIMALS);
        return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    }
}
