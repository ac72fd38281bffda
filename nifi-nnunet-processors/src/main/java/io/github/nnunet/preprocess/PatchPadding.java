/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.util.Optional;

/**
 * Brings a case to the network's input size with zeros around it: in 3D to no less than the patch along each axis; in
 * 2D to exactly the patch's height and width, cutting what is larger about the centre, with all slices kept. Of an odd
 * number of voxels the larger part comes after (or is cut after).
 */
public final class PatchPadding {
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private PatchPadding() {
    }

    /**
     * @param scanCase   a normalised case
     * @param patch      the network's input size [z][y][x]; its depth does not matter in 2D
     * @param dimensions 2 or 3
     * @return the padded case, or the same one where it has the size already
     * @throws CaseException if the result is larger than an array can be
     */
    public static ScanCase apply(final ScanCase scanCase, final Shape patch, final int dimensions) throws CaseException {
        if (dimensions != 2 && dimensions != 3) {
            throw new IllegalArgumentException("A network has 2 or 3 dimensions, not %d".formatted(dimensions));
        }
        final Shape from = scanCase.shape();
        final int[] sizes = from.toArray();
        final int[] before = new int[3];
        for (int axis = 3 - dimensions; axis < 3; axis++) {
            final boolean cut = dimensions == 2 && from.size(axis) > patch.size(axis);
            sizes[axis] = cut ? patch.size(axis) : Math.max(from.size(axis), patch.size(axis));
            before[axis] = cut ? -((from.size(axis) - sizes[axis]) / 2) : (sizes[axis] - from.size(axis)) / 2;
        }

        if ((double) sizes[0] * sizes[1] * sizes[2] > LONGEST_ARRAY) {
            throw new CaseException(FaultCategory.MEMORY, "The flowfile's image of %s voxels padded to a patch of %s is more than fits into memory: choose a smaller patch."
                    .formatted(from, patch));
        }
        return apply(scanCase, before, Shape.of(sizes));
    }

    private static ScanCase apply(final ScanCase scanCase, final int[] before, final Shape to) {
        final Shape from = scanCase.shape();
        if (from.equals(to)) {
            return scanCase;
        }
        final GridWindow window = new GridWindow(from, before, to);
        final float[][] channels = new float[scanCase.channels().length][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = window.of(scanCase.channel(channel));
        }

        final CaseHistory history = scanCase.history().withPadding(padding(scanCase.history().padding(), before, from)).withNote("pad", "to " + to);
        return new ScanCase(scanCase.channelNames(), channels, scanCase.label().map(window::of).orElse(null),
                scanCase.geometry().shifted(before, to), history);
    }

    /** A case that was padded before is undone in one step. */
    private static CaseHistory.Padding padding(final Optional<CaseHistory.Padding> earlier, final int[] before, final Shape from) {
        if (earlier.isEmpty()) {
            return new CaseHistory.Padding(before[0], before[1], before[2], from);
        }
        final CaseHistory.Padding first = earlier.get();
        return new CaseHistory.Padding(first.beforeZ() + before[0], first.beforeY() + before[1], first.beforeX() + before[2], first.from());
    }
}
