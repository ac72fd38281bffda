/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Which case each sample of an epoch comes from: all cases in random order, then again in another order. */
final class EpochOrder {
    private static final long STREAM = -1;

    private final int[] caseOfSample;

    /**
     * @param cases   how many cases there are
     * @param samples how many are drawn
     */
    EpochOrder(final int cases, final int samples, final long seed, final int epoch) {
        final RandomGenerator random = SampleRandom.of(seed, epoch, STREAM);
        caseOfSample = new int[samples];
        final int[] order = new int[cases];
        Arrays.setAll(order, i -> i);
        for (int sample = 0; sample < samples; sample++) {
            final int place = sample % cases;
            if (place == 0) {
                shuffle(order, random);
            }

            caseOfSample[sample] = order[place];
        }
    }

    private static void shuffle(final int[] order, final RandomGenerator random) {
        for (int last = order.length - 1; last > 0; last--) {
            final int other = random.nextInt(last + 1);
            final int kept = order[last];
            order[last] = order[other];
            order[other] = kept;
        }
    }

    int caseOf(final int sample) {
        return caseOfSample[sample];
    }
}
