/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Cases that look like scans as far as the cost of work on them goes: a head in air, textured and noisy, with nested structures. */
public final class PhantomCase {
    private static final double HEAD = 0.85;
    private static final double[] STRUCTURES = {0.4, 0.25, 0.12};

    private PhantomCase() {
    }

    /**
     * @param shape    z,y,x
     * @param spacing  z,y,x in mm
     * @param isSigned whether intensities are those of CT, with -1000 for air
     */
    public static ScanCase of(final int[] shape, final double[] spacing, final int channels, final boolean isSigned) {
        final Shape sizes = new Shape(shape[0], shape[1], shape[2]);
        final Geometry geometry = new Geometry(sizes, Orientation.aligned((float) spacing[2], (float) spacing[1], (float) spacing[0]));
        final byte[] label = new byte[sizes.voxels()];
        final float[][] volumes = new float[channels][sizes.voxels()];
        final SplittableRandom random = new SplittableRandom(1);
        final List<String> names = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            names.add("channel %d".formatted(channel));
        }

        for (int z = 0; z < shape[0]; z++) {
            for (int y = 0; y < shape[1]; y++) {
                for (int x = 0; x < shape[2]; x++) {
                    final double radius = radius(shape, z, y, x);
                    final int voxel = sizes.index(z, y, x);
                    label[voxel] = structure(radius);
                    final double texture = Math.sin(0.15 * x) * Math.cos(0.11 * y) + Math.sin(0.13 * z);
                    for (int channel = 0; channel < channels; channel++) {
                        volumes[channel][voxel] = intensity(radius, label[voxel], texture, channel, isSigned, random);
                    }
                }
            }
        }

        return new ScanCase(List.copyOf(names), volumes, label, geometry, CaseHistory.of(geometry));
    }

    private static double radius(final int[] shape, final int z, final int y, final int x) {
        final double dz = 2.0 * z / (shape[0] - 1) - 1;
        final double dy = 2.0 * y / (shape[1] - 1) - 1;
        final double dx = 2.0 * x / (shape[2] - 1) - 1;
        return Math.sqrt(dz * dz + dy * dy + dx * dx);
    }

    private static byte structure(final double radius) {
        byte structure = 0;
        for (final double limit : STRUCTURES) {
            structure += radius < limit ? (byte) 1 : 0;
        }

        return structure;
    }

    private static float intensity(final double radius, final byte structure, final double texture, final int channel, final boolean isSigned, final SplittableRandom random) {
        if (radius > HEAD) {
            return isSigned ? -1000 : 0;
        }

        return (float) Math.rint(Math.max(1, 300 + 120 * structure + 60 * (channel + 1) * texture / 4 + 25 * random.nextGaussian()));
    }
}
