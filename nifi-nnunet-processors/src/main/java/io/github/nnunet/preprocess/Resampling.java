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
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.SlicedCase;
import io.github.nnunet.volume.Spacing;

import java.util.Locale;

/**
 * Resamples a case to a target spacing: channels with cubic B-splines, the label class by class. Where the voxels of
 * the scan or of the target are three times as long as wide or more, slices are resized each by itself, and then
 * repeated or dropped along the third axis.
 */
public final class Resampling {
    /** From this ratio of the largest to the smallest spacing on, slices are resized each by itself. */
    public static final double ANISOTROPIC = 3.0;

    private static final String STEP = "resample";
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private Resampling() {
    }

    /**
     * @param scanCase a case that was not yet padded
     * @param target   spacing to resample to, mm [z][y][x]
     * @return the case on the new grid, which covers the same space
     * @throws CaseException if the result is larger than an array can be, or the case was padded already
     */
    public static ScanCase apply(final ScanCase scanCase, final Spacing target) throws CaseException {
        return apply(scanCase, target, SliceTeam.SINGLE);
    }

    /** The same, on several threads. */
    public static ScanCase apply(final ScanCase scanCase, final Spacing target, final SliceTeam team) throws CaseException {
        return inMemory(slices(scanCase, target, team));
    }

    private static ScanCase inMemory(final SlicedCase sliced) {
        if (sliced instanceof ScanCase whole) {
            return whole;
        }

        final float[][] channels = new float[sliced.channelNames().size()][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = sliced.slices(channel).volume(sliced.geometry().shape());
        }

        return new ScanCase(sliced.channelNames(), channels, sliced.label().orElse(null), sliced.geometry(), sliced.history());
    }

    /** The same, with channels that are resampled slice by slice as they are asked for. The case that comes in has to stay as it is until then. */
    public static SlicedCase slices(final ScanCase scanCase, final Spacing target, final SliceTeam team) throws CaseException {
        if (scanCase.history().padding().isPresent()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The case was padded already, and resampling after that could not be undone: put Resample before PadToPatch in the flow.");
        }
        final Spacing spacing = scanCase.geometry().spacing();
        final Shape shape = newShape(scanCase.shape(), spacing, target);
        if ((double) shape.depth() * shape.height() * shape.width() > LONGEST_ARRAY) {
            throw new CaseException(FaultCategory.MEMORY, String.format(Locale.ROOT,
                    "The flowfile's image of %s voxels would have %s at a spacing of %s x %s x %s mm, more than fit into memory: check the spacing in its header.",
                    scanCase.shape(), shape, target.z(), target.y(), target.x()));
        }
        if (isSame(spacing, target)) {
            final CaseHistory history = scanCase.history().withNote(STEP, describe(target, "nothing to do"));
            return new ScanCase(scanCase.channelNames(), scanCase.channels(), scanCase.label().orElse(null), scanCase.geometry(), history);
        }
        return resized(scanCase, shape, isAnisotropic(spacing, target), target, team);
    }

    /** @return whether a case with the one spacing stays as it is when the other is wanted */
    public static boolean isSame(final Spacing spacing, final Spacing target) {
        return isSame(spacing, target, 0) && isSame(spacing, target, 1) && isSame(spacing, target, 2);
    }

    private static boolean isSame(final Spacing spacing, final Spacing target, final int axis) {
        return Math.abs(spacing.along(axis) - target.along(axis)) <= Spacing.TOLERANCE;
    }

    private static String describe(final Spacing target, final String way) {
        return String.format(Locale.ROOT, "to %s x %s x %s mm, %s", target.z(), target.y(), target.x(), way);
    }

    /**
     * The shape at another spacing: size times spacing over target, rounded down, at least one voxel. An axis keeps
     * its size where both spacings are the same within {@link Spacing#TOLERANCE}.
     *
     * @param shape   voxels along [z][y][x]
     * @param spacing their spacing
     * @param target  the spacing wanted
     */
    public static Shape newShape(final Shape shape, final Spacing spacing, final Spacing target) {
        final int[] sizes = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            sizes[axis] = isSame(spacing, target, axis) ? shape.size(axis) : Math.max(1, (int) (spacing.along(axis) / target.along(axis) * shape.size(axis)));
        }

        return Shape.of(sizes);
    }

    /** @return whether slices are resized each by itself */
    static boolean isAnisotropic(final Spacing spacing, final Spacing target) {
        return spacing.anisotropy() >= ANISOTROPIC || target.anisotropy() >= ANISOTROPIC;
    }

    static ScanCase resize(final ScanCase scanCase, final Shape shape, final boolean anisotropic, final Spacing target) {
        return inMemory(resized(scanCase, shape, anisotropic, target, SliceTeam.SINGLE));
    }

    private static SlicedCase resized(final ScanCase scanCase, final Shape shape, final boolean anisotropic, final Spacing target, final SliceTeam team) {
        final CaseHistory history = scanCase.history().withNote(STEP, describe(target, anisotropic ? "slice by slice" : "in three dimensions"));
        // A case that was resampled before still goes back to the shape it had first: all these grids cover one space.
        return new ResampledCase(scanCase, shape, anisotropic, history.withResampledFrom(history.resampledFrom().orElse(scanCase.shape())), team);
    }
}
