/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.Spacing;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Makes small cases for the tests of this package. */
final class Cases {
    private Cases() {
    }

    static ScanCase of(final Shape shape, final Spacing spacing, final byte[] label, final float[]... channels) {
        final Geometry geometry = new Geometry(shape, Orientation.aligned(spacing.x(), spacing.y(), spacing.z()));
        final List<String> names = IntStream.range(0, channels.length).mapToObj(Integer::toString).toList();
        return new ScanCase(names, channels, label, geometry, CaseHistory.of(geometry));
    }

    static ScanCase of(final Shape shape, final float[]... channels) {
        return of(shape, new Spacing(1, 1, 1), null, channels);
    }

    static float[] noise(final Shape shape, final long seed) {
        final Random random = new Random(seed);
        final float[] values = new float[shape.voxels()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 100);
        }

        return values;
    }

    /** @return random classes out of those given */
    static byte[] labels(final Shape shape, final long seed, final int... classes) {
        final Random random = new Random(seed);
        final byte[] values = new byte[shape.voxels()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) classes[random.nextInt(classes.length)];
        }

        return values;
    }

    /** @return slices of a volume that is there */
    static SliceSource slices(final float[] volume, final Shape shape) {
        final int area = shape.height() * shape.width();
        return (z, target, offset) -> System.arraycopy(volume, z * area, target, offset, area);
    }
}
