/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * Mean and standard deviation of intensities.
 *
 * @param mean      0 where there are none
 * @param deviation of the population (divided by the number of values, not one less); exactly 0 where all are equal
 */
record IntensityMoments(double mean, double deviation) {

    /** @return the moments of the values that are not 0 */
    static IntensityMoments ofNonZero(final float[] values) {
        int start = 0;
        while (start < values.length && values[start] == 0) {
            start++;
        }

        if (start == values.length) {
            return new IntensityMoments(0, 0);
        }
        // Sums of differences from one of the values: equal values give exactly 0, and little is cancelled.
        final double origin = values[start];
        long count = 0;
        double sum = 0;
        double squares = 0;
        for (int i = start; i < values.length; i++) {
            final float value = values[i];
            if (value != 0) {
                final double difference = value - origin;
                count++;
                sum += difference;
                squares += difference * difference;
            }
        }

        final double shift = sum / count;
        return new IntensityMoments(origin + shift, Math.sqrt(Math.max(0, squares / count - shift * shift)));
    }
}
