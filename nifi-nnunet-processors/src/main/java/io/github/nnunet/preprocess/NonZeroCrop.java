/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;

/** Crops a scan, and its label with it, to the box of its foreground. The box covers all channels, without a margin. */
public final class NonZeroCrop {
    private NonZeroCrop() {
    }

    /**
     * @param scanCase   a scan that was not yet resampled or padded
     * @param foreground which voxels to keep
     * @return the case within the box
     * @throws CaseException if no voxel is foreground, or the case was resampled or padded already
     */
    public static ScanCase apply(final ScanCase scanCase, final Foreground foreground) throws CaseException {
        final CaseHistory history = scanCase.history();
        if (history.resampledFrom().isPresent() || history.padding().isPresent()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The case was resampled or padded already, and a crop after that could not be undone: put CropNonZero first in the flow.");
        }
        final Box box = CropBox.of(scanCase.channels(), scanCase.shape(), foreground).orElseThrow(() -> nothingToKeep(scanCase, foreground));
        final CaseHistory newHistory = history.withCrop(inScan(box, history)).withNote("crop", describe(foreground));
        if (box.equals(Box.whole(scanCase.shape()))) {
            return new ScanCase(scanCase.channelNames(), scanCase.channels(), scanCase.label().orElse(null), scanCase.geometry(), newHistory);
        }
        return crop(scanCase, box, newHistory);
    }

    private static ScanCase crop(final ScanCase scanCase, final Box box, final CaseHistory history) {
        final GridWindow window = new GridWindow(scanCase.shape(), new int[] {-box.startZ(), -box.startY(), -box.startX()}, box.shape());
        final float[][] channels = new float[scanCase.channels().length][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = window.of(scanCase.channel(channel));
        }

        return new ScanCase(scanCase.channelNames(), channels, scanCase.label().map(window::of).orElse(null), scanCase.geometry().cropped(box), history);
    }

    /** A case that was cropped before: the new box lies in the old one. */
    private static Box inScan(final Box box, final CaseHistory history) {
        if (history.crop().isEmpty()) {
            return box;
        }
        final Box outer = history.crop().get();
        return new Box(outer.startZ() + box.startZ(), outer.startY() + box.startY(), outer.startX() + box.startX(),
                outer.startZ() + box.endZ(), outer.startY() + box.endY(), outer.startX() + box.endX());
    }

    private static String describe(final Foreground foreground) {
        return foreground == Foreground.ABOVE_ZERO ? "voxels above 0" : "voxels that are not 0";
    }

    private static CaseException nothingToKeep(final ScanCase scanCase, final Foreground foreground) {
        final boolean negative = foreground == Foreground.ABOVE_ZERO && CropBox.of(scanCase.channels(), scanCase.shape(), Foreground.NOT_ZERO).isPresent();
        if (negative) {
            return new CaseException(FaultCategory.UNREADABLE, "The flowfile's image has no voxel above 0, only negative ones, so nothing is left to crop to: "
                    + "let the crop keep voxels that are not 0, or check the file's intensity scaling.");
        }
        return new CaseException(FaultCategory.UNREADABLE, "Every voxel of the flowfile's image is 0 in all %d channels, so there is nothing to segment: "
                .formatted(scanCase.channels().length) + "check that the right file was exported and that it is not a blank series.");
    }
}
