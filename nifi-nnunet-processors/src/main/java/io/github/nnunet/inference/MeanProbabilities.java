/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import java.util.Arrays;

/**
 * The mean over several predictions of the probability of each output at every voxel of the scan, in one volume of
 * floats an output however many predictions there are. Voxels that nothing is said about are background.
 */
final class MeanProbabilities {
    private final boolean exclusive;
    private final ScanPlacement placement;
    private final float[][] sums;
    private int count;

    MeanProbabilities(final OutputActivation activation, final ScanPlacement placement) {
        this.exclusive = activation instanceof OutputActivation.ExclusiveClasses;
        this.placement = placement;
        this.sums = new float[activation.outputs()][placement.scan().voxels()];
        if (exclusive) {
            Arrays.fill(sums[0], 1);
        }
    }

    /** @param restored logits as {@link ScanPlacement#restored} gives them, by output */
    void add(final float[][] restored) {
        final boolean first = count == 0;
        final double[] probabilities = new double[sums.length];
        placement.forEachRow((source, target, length) -> {
            for (int i = 0; i < length; i++) {
                activate(restored, source + i, probabilities);
                for (int output = 0; output < sums.length; output++) {
                    final float before = first ? 0 : sums[output][target + i];
                    sums[output][target + i] = before + (float) probabilities[output];
                }
            }
        });
        count++;
    }

    private void activate(final float[][] logits, final int voxel, final double[] result) {
        if (exclusive) {
            softmax(logits, voxel, result);
        } else {
            for (int output = 0; output < logits.length; output++) {
                result[output] = 1 / (1 + Math.exp(-logits[output][voxel]));
            }
        }
    }

    /** Taking the largest logit away first keeps the exponentials finite. */
    private static void softmax(final float[][] logits, final int voxel, final double[] result) {
        double largest = Double.NEGATIVE_INFINITY;
        for (final float[] output : logits) {
            largest = Math.max(largest, output[voxel]);
        }

        double sum = 0;
        for (int output = 0; output < logits.length; output++) {
            result[output] = Math.exp(logits[output][voxel] - largest);
            sum += result[output];
        }

        for (int output = 0; output < logits.length; output++) {
            result[output] /= sum;
        }
    }

    /** @return probabilities [output][z*y*x] of the scan, the sums' own arrays: nothing can be added afterwards */
    float[][] take() {
        if (count > 1) {
            placement.forEachRow((source, target, length) -> {
                for (final float[] sum : sums) {
                    for (int i = target; i < target + length; i++) {
                        sum[i] /= count;
                    }
                }
            });
        }

        return sums;
    }
}
