/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.metrics.DiceScore;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts the voxels that predictions and targets of a case have in common, run by run, for the Dice of each output. Voxels that no
 * run covers are predicted as background.
 */
final class TargetOverlap {
    private static final int VALUES = 256;

    private final byte[] targets;
    private final boolean isExclusive;
    /** [scored][target]: whether the target belongs to what is scored. */
    private final boolean[][] members;
    private final long[] predicted;
    private final long[] reference;
    private final long[] both;

    private TargetOverlap(final byte[] targets, final boolean isExclusive, final boolean[][] members) {
        this.targets = targets;
        this.isExclusive = isExclusive;
        this.members = members;
        this.predicted = new long[members.length];
        this.reference = new long[members.length];
        this.both = new long[members.length];
        final long[] counts = new long[VALUES];
        for (final byte target : targets) {
            counts[target & 0xff]++;
        }

        for (int scored = 0; scored < members.length; scored++) {
            for (int value = 0; value < VALUES; value++) {
                reference[scored] += members[scored][value] ? counts[value] : 0;
            }
        }
    }

    /**
     * Of the outputs the largest wins, the first of equal ones. Output 0 is background and not scored.
     *
     * @param foreground number of classes without the background
     */
    static TargetOverlap ofClasses(final byte[] targets, final int foreground) {
        final boolean[][] members = new boolean[foreground][VALUES];
        for (int scored = 0; scored < foreground; scored++) {
            members[scored][scored + 1] = true;
        }

        return new TargetOverlap(targets, true, members);
    }

    /**
     * An output is for its region where the logit is above 0, which is where its sigmoid is above one half.
     *
     * @param regions for each output, and in it for each target, whether the target is in the region
     */
    static TargetOverlap ofRegions(final byte[] targets, final List<boolean[]> regions) {
        return new TargetOverlap(targets, false, regions.toArray(boolean[][]::new));
    }

    /**
     * @param logits [output][voxel]
     * @param source first voxel of the run in the logits
     * @param target first voxel of the run in the targets
     * @param length voxels of the run
     */
    void add(final float[][] logits, final int source, final int target, final int length) {
        if (isExclusive) {
            addClasses(logits, source, target, length);
        } else {
            for (int output = 0; output < members.length; output++) {
                addRegion(output, logits[output], source, target, length);
            }
        }
    }

    private void addClasses(final float[][] logits, final int source, final int target, final int length) {
        for (int i = 0; i < length; i++) {
            int winner = 0;
            float best = logits[0][source + i];
            for (int output = 1; output < logits.length; output++) {
                if (logits[output][source + i] > best) {
                    best = logits[output][source + i];
                    winner = output;
                }
            }

            if (winner > 0) {
                predicted[winner - 1]++;
                both[winner - 1] += members[winner - 1][targets[target + i] & 0xff] ? 1 : 0;
            }
        }
    }

    private void addRegion(final int output, final float[] logits, final int source, final int target, final int length) {
        for (int i = 0; i < length; i++) {
            if (logits[source + i] > 0) {
                predicted[output]++;
                both[output] += members[output][targets[target + i] & 0xff] ? 1 : 0;
            }
        }
    }

    /** @return Dice of each class or region, 0 to 1 */
    double[] dice() {
        return IntStream.range(0, members.length).mapToDouble(scored -> DiceScore.of(predicted[scored], reference[scored], both[scored])).toArray();
    }
}
