/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import java.util.List;

/** The Dice score of a class in a case, as the reference defines it, a fraction (the reference prints it times 100). */
public final class DiceScore {

    private DiceScore() {
    }

    /**
     * @param predicted voxels predicted
     * @param reference voxels of the reference
     * @param both      voxels of both
     * @return 2 both / (predicted + reference); where the reference is empty, 1 if nothing is predicted, else 0
     */
    public static double of(final long predicted, final long reference, final long both) {
        if (reference == 0) {
            return predicted == 0 ? 1 : 0;
        }

        return 2.0 * both / (predicted + reference);
    }

    public static double of(final LabelOverlap overlap, final ScoredClass scored) {
        return of(overlap.predicted(scored.values()), overlap.reference(scored.values()), overlap.both(scored.values()));
    }

    /** @return the scores of several classes or regions of one pair of label maps (unsigned bytes of the same length), in order */
    public static double[] of(final byte[] prediction, final byte[] reference, final List<ScoredClass> scored) {
        final LabelOverlap overlap = LabelOverlap.count(prediction, reference);
        return scored.stream().mapToDouble(one -> of(overlap, one)).toArray();
    }
}
