/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.util.Objects;

/**
 * How a volume is cut into windows for the network.
 *
 * @param roi                  size of a window in voxels [z][y][x]; depth 1 for a 2D network
 * @param overlap              the part of a window, at least 0 and below 1, that the next one covers again
 * @param blend                weights where windows overlap
 * @param batch                windows a forward pass
 * @param testTimeAugmentation whether the logits are averaged over all flips of the volume: 8 in 3D, 4 (height, width) in 2D
 */
public record WindowSettings(Shape roi, double overlap, Blend blend, int batch, boolean testTimeAugmentation) {

    public WindowSettings {
        Objects.requireNonNull(roi, "roi");
        Objects.requireNonNull(blend, "blend");
        if (!(overlap >= 0 && overlap < 1)) {
            throw new IllegalArgumentException("Windows overlap by at least 0 and less than 1 of their size, not by %s".formatted(overlap));
        }
        if (batch < 1) {
            throw new IllegalArgumentException("A batch has at least one window, not %d".formatted(batch));
        }
    }

    /** @return the reference's defaults: overlap 0.5, Gaussian, no test-time augmentation; one window a pass */
    public static WindowSettings of(final Shape roi) {
        return new WindowSettings(roi, 0.5, Blend.GAUSSIAN, 1, false);
    }

    public WindowSettings withOverlap(final double newOverlap) {
        return new WindowSettings(roi, newOverlap, blend, batch, testTimeAugmentation);
    }

    public WindowSettings withBlend(final Blend newBlend) {
        return new WindowSettings(roi, overlap, newBlend, batch, testTimeAugmentation);
    }

    public WindowSettings withBatch(final int newBatch) {
        return new WindowSettings(roi, overlap, blend, newBatch, testTimeAugmentation);
    }

    public WindowSettings withTestTimeAugmentation(final boolean augmented) {
        return new WindowSettings(roi, overlap, blend, batch, augmented);
    }
}
