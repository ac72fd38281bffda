/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/**
 * Smallest and largest of some values: interpolation is held between them.
 *
 * @param min smallest
 * @param max largest
 */
record ValueRange(float min, float max) {

    /** @return the range of {@code length} values from {@code start} on, at least one */
    static ValueRange of(final float[] values, final int start, final int length) {
        float min = values[start];
        float max = values[start];
        for (int i = start + 1; i < start + length; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }

        return new ValueRange(min, max);
    }

    float clip(final float value) {
        if (value < min) {
            return min;
        }
        return value > max ? max : value;
    }

    /** @return the largest distance from 0 */
    double largestMagnitude() {
        return Math.max(Math.abs((double) min), Math.abs((double) max));
    }
}
