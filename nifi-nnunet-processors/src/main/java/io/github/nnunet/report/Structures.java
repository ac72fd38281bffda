/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.volume.Shape;

import java.util.List;
import java.util.stream.IntStream;

/** What a segmentation has found: how much of each class, and where the most of it is. */
final class Structures {
    private static final int VALUES = 256;

    private final Segmentation segmentation;
    private final long[] voxels = new long[VALUES];

    Structures(final Segmentation segmentation) {
        this.segmentation = segmentation;
        for (final byte value : segmentation.label()) {
            voxels[value & 0xff]++;
        }
    }

    /** @return the classes that are there, without the background */
    List<Integer> values() {
        return IntStream.range(1, VALUES).filter(value -> voxels[value] > 0).boxed().toList();
    }

    /** @return volume of a class in ml */
    double millilitres(final int value) {
        return voxels[value] * segmentation.geometry().spacing().z() * segmentation.geometry().spacing().y() * segmentation.geometry().spacing().x() / 1000;
    }

    /** @return for each axis [z][y][x] the slice with the most voxels of the largest class; the middle ones if there is no class */
    int[] slices() {
        final Shape shape = segmentation.geometry().shape();
        final int largest = values().stream().reduce((a, b) -> voxels[b] > voxels[a] ? b : a).orElse(0);
        if (largest == 0) {
            return new int[] {shape.depth() / 2, shape.height() / 2, shape.width() / 2};
        }

        final int[][] areas = {new int[shape.depth()], new int[shape.height()], new int[shape.width()]};
        int voxel = 0;
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    if ((segmentation.label()[voxel++] & 0xff) == largest) {
                        areas[0][z]++;
                        areas[1][y]++;
                        areas[2][x]++;
                    }
                }
            }
        }

        return new int[] {most(areas[0]), most(areas[1]), most(areas[2])};
    }

    private static int most(final int[] areas) {
        return IntStream.range(0, areas.length).reduce((a, b) -> areas[b] > areas[a] ? b : a).orElse(0);
    }
}
