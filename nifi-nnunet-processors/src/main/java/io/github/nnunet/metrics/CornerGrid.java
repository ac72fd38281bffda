/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.volume.Shape;

/** The corners of the voxels in the box around a class: one more than voxels along each axis. */
final class CornerGrid {
    private static final int[] BITS = {128, 64, 32, 16, 8, 4, 2, 1};

    private final Shape volume;
    private final boolean[] members;
    private final int[] start;
    private final Shape corners;

    private CornerGrid(final Shape volume, final boolean[] members, final int[] start, final Shape corners) {
        this.volume = volume;
        this.members = members;
        this.start = start;
        this.corners = corners;
    }

    /** @param members for each label value whether it belongs to the class */
    static CornerGrid around(final byte[] prediction, final byte[] reference, final Shape volume, final boolean[] members) {
        final int[] start = volume.toArray();
        final int[] end = new int[3];
        int voxel = 0;
        for (int z = 0; z < volume.depth(); z++) {
            for (int y = 0; y < volume.height(); y++) {
                for (int x = 0; x < volume.width(); x++) {
                    if (members[prediction[voxel] & LabelOverlap.LARGEST_VALUE] || members[reference[voxel] & LabelOverlap.LARGEST_VALUE]) {
                        extend(start, end, z, y, x);
                    }

                    voxel++;
                }
            }
        }

        if (end[0] == 0) {
            return new CornerGrid(volume, members, new int[3], new Shape(1, 1, 1));
        }

        return new CornerGrid(volume, members, start, new Shape(end[0] - start[0] + 1, end[1] - start[1] + 1, end[2] - start[2] + 1));
    }

    private static void extend(final int[] start, final int[] end, final int z, final int y, final int x) {
        start[0] = Math.min(start[0], z);
        start[1] = Math.min(start[1], y);
        start[2] = Math.min(start[2], x);
        end[0] = Math.max(end[0], z + 1);
        end[1] = Math.max(end[1], y + 1);
        end[2] = Math.max(end[2], x + 1);
    }

    Shape corners() {
        return corners;
    }

    /** @return for each corner which of the eight voxels around it are inside; see {@link SurfaceElements} for the bits */
    byte[] neighbourhoods(final byte[] label) {
        final byte[] codes = new byte[corners.voxels()];
        for (int z = 0; z < corners.depth() - 1; z++) {
            for (int y = 0; y < corners.height() - 1; y++) {
                final int row = volume.index(start[0] + z, start[1] + y, start[2]);
                for (int x = 0; x < corners.width() - 1; x++) {
                    if (members[label[row + x] & LabelOverlap.LARGEST_VALUE]) {
                        mark(codes, z, y, x);
                    }
                }
            }
        }

        return codes;
    }

    /** A voxel is the last of the eight around its first corner, and the first around its last. */
    private void mark(final byte[] codes, final int z, final int y, final int x) {
        for (int i = 0; i < BITS.length; i++) {
            final int corner = corners.index(z + 1 - (i >> 2), y + 1 - (i >> 1 & 1), x + 1 - (i & 1));
            codes[corner] |= (byte) BITS[i];
        }
    }
}
