/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

/**
 * MT19937, seeded and drawn from as NumPy's RandomState does, so that shuffles come out the same.
 *
 * <p>Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), with their initialisation of 2002.
 */
final class MersenneTwister {
    private static final int WORDS = 624;
    private static final int MIDDLE = 397;
    private static final int TWIST = 0x9908b0df;
    private static final int UPPER_BIT = 0x80000000;
    private static final int LOWER_BITS = 0x7fffffff;

    private final int[] state = new int[WORDS];
    private int position = WORDS;

    MersenneTwister(final int seed) {
        state[0] = seed;
        for (int i = 1; i < WORDS; i++) {
            final int previous = state[i - 1];
            state[i] = 1812433253 * (previous ^ previous >>> 30) + i;
        }
    }

    /** @return the next 32 random bits */
    int nextWord() {
        if (position == WORDS) {
            renewState();
            position = 0;
        }

        int word = state[position++];
        word ^= word >>> 11;
        word ^= word << 7 & 0x9d2c5680;
        word ^= word << 15 & 0xefc60000;
        return word ^ word >>> 18;
    }

    private void renewState() {
        for (int i = 0; i < WORDS; i++) {
            final int mixed = state[i] & UPPER_BIT | state[(i + 1) % WORDS] & LOWER_BITS;
            final int twist = (mixed & 1) == 0 ? 0 : TWIST;
            state[i] = state[(i + MIDDLE) % WORDS] ^ mixed >>> 1 ^ twist;
        }
    }

    /**
     * @param maximum 0 or more
     * @return a whole number in 0..maximum: words are masked to its bits until one is not above it
     */
    int nextUpTo(final int maximum) {
        if (maximum == 0) {
            return 0;
        }

        final int mask = -1 >>> Integer.numberOfLeadingZeros(maximum);
        int value = nextWord() & mask;
        while (value > maximum) {
            value = nextWord() & mask;
        }

        return value;
    }

    /** Shuffles from the end, as Fisher and Yates do. */
    void shuffle(final int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            final int other = nextUpTo(i);
            final int value = values[i];
            values[i] = values[other];
            values[other] = value;
        }
    }
}
