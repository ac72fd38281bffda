/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

/**
 * Squared Euclidean distance of every point of a grid to the nearest marked one, exact, axis by axis: along each line
 * the lower envelope of parabolas (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012).
 */
final class DistanceTransform {
    private final double[] values;
    private final double[] line;
    /** Points whose parabolas make up the envelope, and where each begins to be the lowest. */
    private final int[] sites;
    private final double[] from;

    private DistanceTransform(final double[] values, final int longest) {
        this.values = values;
        this.line = new double[longest];
        this.sites = new int[longest];
        this.from = new double[longest];
    }

    /**
     * @param squared 0 at the marked points, positive infinity elsewhere [z*y*x]; receives the squared distances in mm
     */
    static void apply(final double[] squared, final Shape shape, final Spacing spacing) {
        final int longest = Math.max(shape.depth(), Math.max(shape.height(), shape.width()));
        final DistanceTransform transform = new DistanceTransform(squared, longest);
        final int slice = shape.height() * shape.width();
        for (int row = 0; row < shape.depth() * shape.height(); row++) {
            transform.alongLine(row * shape.width(), 1, shape.width(), spacing.x());
        }

        for (int z = 0; z < shape.depth(); z++) {
            for (int x = 0; x < shape.width(); x++) {
                transform.alongLine(z * slice + x, shape.width(), shape.height(), spacing.y());
            }
        }

        for (int point = 0; point < slice; point++) {
            transform.alongLine(point, slice, shape.depth(), spacing.z());
        }
    }

    private void alongLine(final int start, final int stride, final int length, final double spacing) {
        final int count = envelope(start, stride, length, spacing);
        if (count == 0) {
            return;
        }

        int current = 0;
        for (int i = 0; i < length; i++) {
            while (current + 1 < count && from[current + 1] < i) {
                current++;
            }

            final double distance = (i - sites[current]) * spacing;
            values[start + i * stride] = distance * distance + line[sites[current]];
        }
    }

    /** @return number of parabolas in the envelope of the line */
    private int envelope(final int start, final int stride, final int length, final double spacing) {
        final double scale = 1 / (spacing * spacing);
        int count = 0;
        for (int i = 0; i < length; i++) {
            line[i] = values[start + i * stride];
            if (line[i] < Double.POSITIVE_INFINITY) {
                double begin = Double.NEGATIVE_INFINITY;
                while (count > 0) {
                    begin = crossing(sites[count - 1], i, scale);
                    if (begin > from[count - 1]) {
                        break;
                    }

                    count--;
                    begin = Double.NEGATIVE_INFINITY;
                }

                sites[count] = i;
                from[count] = begin;
                count++;
            }
        }

        return count;
    }

    /** @return where the parabola over {@code right} falls below that over {@code left}, in points */
    private double crossing(final int left, final int right, final double scale) {
        return ((line[right] - line[left]) * scale / (right - left) + right + left) / 2;
    }
}
