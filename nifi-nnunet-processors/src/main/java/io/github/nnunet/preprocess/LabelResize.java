/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Resizes a label map class by class: each class's mask of 0 and 1 is interpolated linearly, a voxel belongs to the
 * class where that gives at least a half, and of several such classes to the one with the highest value. Where no
 * class gets a half, the voxel is background.
 *
 * <p>Masks are never stored: a voxel's eight neighbours say which classes can be there at all.
 */
public final class LabelResize {
    private static final double HALF = 0.5;
    private static final int CORNERS = 8;
    private static final int MIXED = -1;

    private final byte[] label;
    private final Shape from;
    private final LinearTaps alongZ;
    private final LinearTaps alongY;
    private final LinearTaps alongX;
    /** [row] the class that fills a row of the label, or MIXED. */
    private final int[] rowClasses;

    private LabelResize(final byte[] label, final Shape from, final Shape to) {
        this.label = label;
        this.from = from;
        this.alongZ = LinearTaps.of(from.depth(), to.depth());
        this.alongY = LinearTaps.of(from.height(), to.height());
        this.alongX = LinearTaps.of(from.width(), to.width());
        this.rowClasses = rowClasses(label, from);
    }

    private static int[] rowClasses(final byte[] label, final Shape shape) {
        final int[] classes = new int[shape.depth() * shape.height()];
        final int width = shape.width();
        for (int row = 0; row < classes.length; row++) {
            final int start = row * width;
            // A row equals itself moved by one voxel where all its voxels are the same.
            final boolean uniform = Arrays.equals(label, start, start + width - 1, label, start + 1, start + width);
            classes[row] = uniform ? Byte.toUnsignedInt(label[start]) : MIXED;
        }

        return classes;
    }

    /**
     * @param label unsigned class values [z][y][x]
     * @param from  its shape
     * @param to    shape of the result
     * @param team  works on slices together
     * @return a new array [z][y][x]
     */
    public static byte[] resize(final byte[] label, final Shape from, final Shape to, final SliceTeam team) {
        if (label.length != from.voxels()) {
            throw new IllegalArgumentException("An array of %d for a shape of %s".formatted(label.length, from));
        }
        final LabelResize resize = new LabelResize(label, from, to);
        final byte[] result = new byte[to.voxels()];
        final Corners[] corners = Stream.generate(Corners::new).limit(team.size()).toArray(Corners[]::new);
        team.forEach(to.depth(), (member, z) -> resize.fillSlice(z, to, corners[member], result));
        return result;
    }

    private void fillSlice(final int z, final Shape to, final Corners corners, final byte[] result) {
        for (int y = 0; y < to.height(); y++) {
            final int start = to.index(z, y, 0);
            final int rowClass = commonClass(z, y);
            if (rowClass == MIXED) {
                fillRow(z, y, corners, result, start);
            } else if (rowClass != 0) {
                Arrays.fill(result, start, start + to.width(), (byte) rowClass);
            }
        }
    }

    /** @return the class that fills all four rows around a row of the result, or MIXED */
    private int commonClass(final int z, final int y) {
        final int low = alongZ.low()[z] * from.height();
        final int high = alongZ.high()[z] * from.height();
        final int first = rowClasses[low + alongY.low()[y]];
        final boolean common = first == rowClasses[low + alongY.high()[y]]
                && first == rowClasses[high + alongY.low()[y]] && first == rowClasses[high + alongY.high()[y]];
        return common ? first : MIXED;
    }

    private void fillRow(final int z, final int y, final Corners corners, final byte[] result, final int offset) {
        final int lowLow = from.index(alongZ.low()[z], alongY.low()[y], 0);
        final int lowHigh = from.index(alongZ.low()[z], alongY.high()[y], 0);
        final int highLow = from.index(alongZ.high()[z], alongY.low()[y], 0);
        final int highHigh = from.index(alongZ.high()[z], alongY.high()[y], 0);
        final int[] low = alongX.low();
        final int[] high = alongX.high();
        for (int x = 0; x < low.length; x++) {
            final byte value = label[lowLow + low[x]];
            final boolean uniform = value == label[lowLow + high[x]]
                    && value == label[lowHigh + low[x]] && value == label[lowHigh + high[x]]
                    && value == label[highLow + low[x]] && value == label[highLow + high[x]]
                    && value == label[highHigh + low[x]] && value == label[highHigh + high[x]];
            result[offset + x] = uniform ? value : (byte) mixedClass(z, y, x, corners);
        }
    }

    private int mixedClass(final int z, final int y, final int x, final Corners corners) {
        readCorners(z, y, x, corners);
        int highest = 0;
        for (final int candidate : corners.values) {
            if (candidate > highest && corners.weightOf(candidate) >= HALF) {
                highest = candidate;
            }
        }

        return highest;
    }

    private void readCorners(final int z, final int y, final int x, final Corners corners) {
        for (int corner = 0; corner < CORNERS; corner++) {
            final boolean highZ = (corner & 4) != 0;
            final boolean highY = (corner & 2) != 0;
            final boolean highX = (corner & 1) != 0;
            final int index = from.index(highZ ? alongZ.high()[z] : alongZ.low()[z], highY ? alongY.high()[y] : alongY.low()[y],
                    highX ? alongX.high()[x] : alongX.low()[x]);
            corners.values[corner] = Byte.toUnsignedInt(label[index]);
            corners.weights[corner] = (highZ ? alongZ.highWeight()[z] : alongZ.lowWeight()[z]) * (highY ? alongY.highWeight()[y] : alongY.lowWeight()[y])
                    * (highX ? alongX.highWeight()[x] : alongX.lowWeight()[x]);
        }
    }

    /** The eight voxels around a voxel of the result. */
    private static final class Corners {
        private final int[] values = new int[CORNERS];
        private final double[] weights = new double[CORNERS];

        private double weightOf(final int candidate) {
            double sum = 0;
            for (int corner = 0; corner < CORNERS; corner++) {
                if (values[corner] == candidate) {
                    sum += weights[corner];
                }
            }

            return sum;
        }
    }
}
