/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.volume.Shape;

import java.nio.FloatBuffer;

/** What a sliding window does with the logits of its windows, to be measured without the network. */
public final class WindowSums {
    private final Shape volume;
    private final WindowGrid grid;
    private final ImportanceMap importance;
    private final FloatBuffer logits;
    private final int outputs;

    /** @param logits of each window [output][z][y][x] */
    public WindowSums(final Shape volume, final Shape roi, final double overlap, final float[] logits) {
        this.volume = volume;
        this.grid = WindowGrid.of(volume, roi, overlap);
        this.importance = ImportanceMap.of(roi, Blend.GAUSSIAN);
        this.logits = FloatBuffer.wrap(logits);
        this.outputs = logits.length / roi.voxels();
    }

    /** @return blended logits */
    public Logits blend() {
        final WindowAccumulator accumulator = new WindowAccumulator(volume, grid, importance, outputs, 1);
        for (int window = 0; window < grid.count(); window++) {
            accumulator.add(grid.start(window), Flip.NONE, logits, 0);
        }

        return accumulator.logits();
    }
}
