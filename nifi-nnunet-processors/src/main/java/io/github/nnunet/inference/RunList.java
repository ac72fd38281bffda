/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.util.Arrays;
import java.util.BitSet;

/** Runs of voxels along x that belong to a mask, row by row, and which of them are connected. */
final class RunList {
    private static final int VALUE = 0xff;

    private final int width;
    /** Place of the first run of each row, and at the end the number of runs. */
    private final int[] firstOfRow;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] parents;
    private int count;

    private RunList(final Shape shape) {
        this.width = shape.width();
        this.firstOfRow = new int[shape.depth() * shape.height() + 1];
    }

    static RunList of(final byte[] label, final Shape shape, final BitSet members) {
        final boolean[] belongs = new boolean[VALUE + 1];
        members.stream().forEach(value -> belongs[value] = true);
        final RunList runs = new RunList(shape);
        for (int row = 0; row < runs.firstOfRow.length - 1; row++) {
            runs.firstOfRow[row] = runs.count;
            runs.readRow(label, row, belongs);
        }

        runs.firstOfRow[runs.firstOfRow.length - 1] = runs.count;
        runs.parents = new int[runs.count];
        Arrays.setAll(runs.parents, run -> run);
        return runs;
    }

    private void readRow(final byte[] label, final int row, final boolean[] belongs) {
        final int end = (row + 1) * width;
        int voxel = row * width;
        while (voxel < end) {
            if (belongs[label[voxel] & VALUE]) {
                final int start = voxel;
                while (voxel < end && belongs[label[voxel] & VALUE]) {
                    voxel++;
                }

                append(start, voxel);
            } else {
                voxel++;
            }
        }
    }

    private void append(final int start, final int end) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }

        starts[count] = start;
        ends[count] = end;
        count++;
    }

    int count() {
        return count;
    }

    /** @return place of the run's first voxel in the volume */
    int start(final int run) {
        return starts[run];
    }

    /** @return place after the run's last voxel */
    int end(final int run) {
        return ends[run];
    }

    /**
     * Joins the runs of two rows that touch.
     *
     * @param reach by how many voxels along x they may be apart
     */
    void join(final int oneRow, final int otherRow, final int reach) {
        int one = firstOfRow[oneRow];
        int other = firstOfRow[otherRow];
        while (one < firstOfRow[oneRow + 1] && other < firstOfRow[otherRow + 1]) {
            final int oneEnd = ends[one] - oneRow * width;
            final int otherEnd = ends[other] - otherRow * width;
            final boolean touch = starts[one] - oneRow * width < otherEnd + reach && starts[other] - otherRow * width < oneEnd + reach;
            if (touch) {
                unite(one, other);
            }

            if (oneEnd < otherEnd) {
                one++;
            } else {
                other++;
            }
        }
    }

    /** The earlier run becomes the root, so that a root is the first of its component. */
    private void unite(final int one, final int other) {
        final int oneRoot = root(one);
        final int otherRoot = root(other);
        parents[Math.max(oneRoot, otherRoot)] = Math.min(oneRoot, otherRoot);
    }

    /** @return the first run of the component; the way there is made shorter for the next who asks */
    int root(final int run) {
        int current = run;
        while (parents[current] != current) {
            parents[current] = parents[parents[current]];
            current = parents[current];
        }

        return current;
    }
}
