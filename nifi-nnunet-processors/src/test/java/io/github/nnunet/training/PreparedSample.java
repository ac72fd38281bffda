/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Small prepared datasets: a bright block (class 1) with a brighter one in it (class 2), in noise. */
public final class PreparedSample {
    public static final Shape PATCH = new Shape(16, 16, 16);

    private PreparedSample() {
    }

    /** Names of the cases that {@link #write} makes. */
    public static List<String> ids(final int count) {
        return IntStream.range(0, count).mapToObj("case_%d"::formatted).toList();
    }

    public static Path write(final Path folder, final int cases) throws IOException, CaseException {
        return write(folder, cases, 3, PATCH);
    }

    public static Path write(final Path folder, final int cases, final int dimensions, final Shape patch) throws IOException, CaseException {
        new PreparedDataset(folder).storePlan(plan(dimensions, patch));
        for (int i = 0; i < cases; i++) {
            store(folder, "case_%d".formatted(i), new Shape(16, 17, 18), i, 2);
        }

        return folder;
    }

    public static Plan plan(final int dimensions, final Shape patch) {
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "shell"), new LabelClass(2, "core"));
        return new Plan("90", "Blocks", dimensions, Modality.MRI, List.of("MRI"), classes, new Spacing(1, 1, 1), patch, Optional.empty(), false);
    }

    /** @param classes 0 for background alone, 1 for the shell, 2 for shell and core */
    public static void store(final Path folder, final String id, final Shape shape, final long seed, final int classes) throws IOException, CaseException {
        final Random random = new Random(seed);
        final int z = random.nextInt(Math.max(1, shape.depth() - 9));
        final int y = random.nextInt(Math.max(1, shape.height() - 9));
        final int x = random.nextInt(Math.max(1, shape.width() - 9));
        final byte[] label = new byte[shape.voxels()];
        if (classes > 0) {
            fill(label, shape, new int[] {z, y, x}, 9, 1);
        }

        if (classes > 1) {
            fill(label, shape, new int[] {z + 2, y + 2, x + 2}, 5, 2);
        }

        final float[] image = new float[label.length];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) (1.5 * label[i] - 0.5 + 0.2 * random.nextGaussian());
        }

        final Geometry geometry = new Geometry(shape, Orientation.aligned(1, 1, 1));
        final ScanCase prepared = new ScanCase(List.of("MRI"), new float[][] {image}, label, geometry, CaseHistory.of(geometry));
        new PreparedDataset(folder).store(id, prepared, Optional.empty(), shape);
    }

    private static void fill(final byte[] label, final Shape shape, final int[] start, final int edge, final int value) {
        for (int z = start[0]; z < Math.min(start[0] + edge, shape.depth()); z++) {
            for (int y = start[1]; y < Math.min(start[1] + edge, shape.height()); y++) {
                for (int x = start[2]; x < Math.min(start[2] + edge, shape.width()); x++) {
                    label[shape.index(z, y, x)] = (byte) value;
                }
            }
        }
    }
}
