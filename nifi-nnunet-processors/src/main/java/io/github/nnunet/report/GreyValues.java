/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.util.Arrays;

/**
 * The first channel of a prepared case as grey values at places of its scan. Voxels of exactly 0 are what cropping and
 * normalisation call nothing: they are black, and do not count where values are interpolated.
 */
final class GreyValues {
    private static final int WHITE = 255;
    private static final int MOST_SAMPLES = 200_000;
    /** A few extreme voxels shall not make the rest dark. */
    private static final double DARKEST = 0.005;
    private static final double BRIGHTEST = 0.995;

    private final float[] values;
    private final Shape shape;
    private final Box crop;
    private final int[] before;
    private final Shape unpadded;
    private final float darkest;
    private final float brightest;

    GreyValues(final ScanCase prepared) {
        final CaseHistory history = prepared.history();
        this.values = prepared.channel(0);
        this.shape = prepared.shape();
        this.crop = history.crop().orElse(Box.whole(history.scan().shape()));
        final CaseHistory.Padding padding = history.padding().orElse(new CaseHistory.Padding(0, 0, 0, shape));
        this.before = new int[] {padding.beforeZ(), padding.beforeY(), padding.beforeX()};
        this.unpadded = padding.from();
        final float[] sorted = something();
        this.darkest = sorted.length == 0 ? 0 : sorted[(int) (DARKEST * (sorted.length - 1))];
        this.brightest = sorted.length == 0 ? 0 : sorted[(int) (BRIGHTEST * (sorted.length - 1))];
    }

    /** @return values other than 0, every so many of them, sorted */
    private float[] something() {
        final int stride = Math.ceilDiv(values.length, MOST_SAMPLES);
        final float[] samples = new float[Math.ceilDiv(values.length, stride)];
        int count = 0;
        for (int voxel = 0; voxel < values.length; voxel += stride) {
            if (values[voxel] != 0 && Float.isFinite(values[voxel])) {
                samples[count++] = values[voxel];
            }
        }

        final float[] found = Arrays.copyOf(samples, count);
        Arrays.sort(found);
        return found;
    }

    /**
     * @param place in voxels of the scan [z][y][x], between them too
     * @return 0 (black) to 255
     */
    int at(final double[] place) {
        final double[] inside = new double[place.length];
        for (int axis = 0; axis < place.length; axis++) {
            final double ratio = (double) unpadded.size(axis) / crop.shape().size(axis);
            inside[axis] = (place[axis] - crop.start(axis) + 0.5) * ratio - 0.5 + before[axis];
        }

        final double value = interpolated(inside);
        if (value == 0) {
            return 0;
        }

        return brightest > darkest ? (int) Math.round(WHITE * Math.clamp((value - darkest) / (brightest - darkest), 0, 1)) : WHITE;
    }

    /** @return 0 where the nearest voxel is 0, or outside */
    private double interpolated(final double[] place) {
        if (value((int) Math.round(place[0]), (int) Math.round(place[1]), (int) Math.round(place[2])) == 0) {
            return 0;
        }

        double sum = 0;
        double weights = 0;
        for (int corner = 0; corner < 8; corner++) {
            final int z = (int) Math.floor(place[0]) + (corner >> 2);
            final int y = (int) Math.floor(place[1]) + (corner >> 1 & 1);
            final int x = (int) Math.floor(place[2]) + (corner & 1);
            final double value = value(z, y, x);
            if (value != 0) {
                final double weight = (1 - Math.abs(place[0] - z)) * (1 - Math.abs(place[1] - y)) * (1 - Math.abs(place[2] - x));
                sum += weight * value;
                weights += weight;
            }
        }

        return sum / weights;
    }

    private double value(final int z, final int y, final int x) {
        final boolean within = z >= 0 && y >= 0 && x >= 0 && z < shape.depth() && y < shape.height() && x < shape.width();
        return within ? values[shape.index(z, y, x)] : 0;
    }
}
