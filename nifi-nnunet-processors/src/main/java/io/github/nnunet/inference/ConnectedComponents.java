/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The connected components of a mask in three dimensions. Voxels are taken as runs along x, so that memory and time
 * grow with the surface of the mask; runs are joined as disjoint sets.
 */
public final class ConnectedComponents {
    private static final int[][] ROWS_BEFORE = {{0, -1}, {-1, -1}, {-1, 0}, {-1, 1}};

    private final Shape shape;
    private final RunList runs;
    /** Number of the component that a run belongs to, from 0 in the order of their first voxels. */
    private final int[] componentOfRun;
    private final int[] sizes;

    private ConnectedComponents(final Shape shape, final RunList runs, final int[] componentOfRun, final int[] sizes) {
        this.shape = shape;
        this.runs = runs;
        this.componentOfRun = componentOfRun;
        this.sizes = sizes;
    }

    /**
     * @param label        unsigned bytes [z*y*x]
     * @param members      label values that belong to the mask
     * @param connectivity which neighbours are connected
     */
    public static ConnectedComponents of(final byte[] label, final Shape shape, final BitSet members, final Connectivity connectivity) {
        final RunList runs = RunList.of(label, shape, members);
        join(runs, shape, connectivity);
        final int[] components = new int[runs.count()];
        final int[] sizes = new int[runs.count()];
        int count = 0;
        for (int run = 0; run < components.length; run++) {
            final int root = runs.root(run);
            components[run] = root == run ? count++ : components[root];
            sizes[components[run]] += runs.end(run) - runs.start(run);
        }

        return new ConnectedComponents(shape, runs, components, Arrays.copyOf(sizes, count));
    }

    private static void join(final RunList runs, final Shape shape, final Connectivity connectivity) {
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (final int[] before : ROWS_BEFORE) {
                    final int reach = connectivity.reach(Math.abs(before[0]) + Math.abs(before[1]));
                    final boolean isInside = z + before[0] >= 0 && y + before[1] >= 0 && y + before[1] < shape.height();
                    if (isInside && reach >= 0) {
                        runs.join((z + before[0]) * shape.height() + y + before[1], z * shape.height() + y, reach);
                    }
                }
            }
        }
    }

    /** @return how many components there are */
    public int count() {
        return sizes.length;
    }

    /** @return voxels of each component, in the order of their first voxels */
    public int[] sizes() {
        return sizes.clone();
    }

    /** @return [z*y*x]: 0 outside the mask, else the number of the component, from 1 in the order of their first voxels */
    public int[] numbered() {
        final int[] numbers = new int[shape.voxels()];
        for (int run = 0; run < componentOfRun.length; run++) {
            Arrays.fill(numbers, runs.start(run), runs.end(run), componentOfRun[run] + 1);
        }

        return numbers;
    }

    /**
     * Sets the voxels of all but the largest component to the background. Components that are equally large all stay,
     * as in nnU-Net.
     *
     * @param label what the components were found in, changed
     * @return voxels that were set to the background
     */
    public long removeAllButLargest(final byte[] label) {
        final int largest = Arrays.stream(sizes).max().orElse(0);
        long removed = 0;
        for (int run = 0; run < componentOfRun.length; run++) {
            if (sizes[componentOfRun[run]] < largest) {
                Arrays.fill(label, runs.start(run), runs.end(run), (byte) 0);
                removed += runs.end(run) - runs.start(run);
            }
        }

        return removed;
    }
}
