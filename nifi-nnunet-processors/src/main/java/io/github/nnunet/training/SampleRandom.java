/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers for one sample of a training. They depend on the seed, the epoch and the sample's place in it, and on
 * nothing else: neither threads nor interruptions change them.
 */
final class SampleRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private SampleRandom() {
    }

    static RandomGenerator of(final long seed, final long epoch, final long index) {
        return new SplittableRandom(mix(mix(mix(seed) + epoch) + index));
    }

    /** Stafford's 13th variant of the 64-bit finalizer of MurmurHash3, as SplitMix64 uses it. */
    private static long mix(final long value) {
        final long first = value + GOLDEN_GAMMA;
        final long second = (first ^ (first >>> 30)) * 0xBF58476D1CE4E5B9L;
        final long third = (second ^ (second >>> 27)) * 0x94D049BB133111EBL;
        return third ^ (third >>> 31);
    }
}
