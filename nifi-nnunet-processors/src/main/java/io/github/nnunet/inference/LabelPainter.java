/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.dataset.LabelClass;

import java.util.Arrays;
import java.util.List;

/** Turns rows of logits, or of probabilities, into label values, output by output in order. */
final class LabelPainter {
    private static final float EVEN_LOGIT = 0;
    private static final float EVEN_PROBABILITY = 0.5f;

    private final boolean exclusive;
    private final float threshold;
    private final byte[] values;

    /** Paints from logits: a sigmoid above one half is a logit above 0. */
    static LabelPainter ofLogits(final OutputActivation activation) {
        return new LabelPainter(activation, EVEN_LOGIT);
    }

    static LabelPainter ofProbabilities(final OutputActivation activation) {
        return new LabelPainter(activation, EVEN_PROBABILITY);
    }

    private LabelPainter(final OutputActivation activation, final float threshold) {
        this.threshold = threshold;
        final List<LabelClass> classes = activation.labels();
        this.exclusive = activation instanceof OutputActivation.ExclusiveClasses;
        this.values = new byte[classes.size()];
        for (int output = 0; output < values.length; output++) {
            values[output] = (byte) classes.get(output).value();
        }
    }

    /**
     * @param output the output, each painted once, in order
     * @param logits its logits, the row from {@code source} on
     * @param best   largest logits of the outputs before, the row from {@code bestStart} on; kept up to date
     * @param label  label values, the row from {@code target} on; kept up to date
     * @param length voxels of the row
     */
    void paint(final int output, final float[] logits, final int source, final float[] best, final int bestStart, final byte[] label, final int target, final int length) {
        if (exclusive && output == 0) {
            System.arraycopy(logits, source, best, bestStart, length);
            Arrays.fill(label, target, target + length, values[0]);
        } else if (exclusive) {
            paintClass(values[output], logits, source, best, bestStart, label, target, length);
        } else {
            paintRegion(values[output], logits, source, label, target, length);
        }
    }

    private void paintRegion(final byte value, final float[] logits, final int source, final byte[] label, final int target, final int length) {
        for (int i = 0; i < length; i++) {
            if (logits[source + i] > threshold) {
                label[target + i] = value;
            }
        }
    }

    /** Without branches: real logits are noisy at borders, random ones everywhere. */
    private static void paintClass(final byte value, final float[] logits, final int source, final float[] best, final int bestStart, final byte[] label, final int target,
                                   final int length) {
        for (int i = 0; i < length; i++) {
            final float logit = logits[source + i];
            final float before = best[bestStart + i];
            label[target + i] = logit > before ? value : label[target + i];
            best[bestStart + i] = Math.max(logit, before);
        }
    }
}
