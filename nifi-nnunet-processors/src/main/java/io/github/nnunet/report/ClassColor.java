/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

/** Colours that are told apart on grey, for values of a label map. */
final class ClassColor {
    private static final int[] COLORS = {0xff4b4b, 0x35d07f, 0x4ba3ff, 0xffd23f, 0xff7ce5, 0x3fe0e0, 0xff9a3c, 0xb18cff, 0xc5f04a, 0x8fd3ff, 0xe8b08a, 0x9a9a5f};

    private ClassColor() {
    }

    /**
     * @param value 1 or more
     * @return 0xRRGGBB; with more classes than colours, colours come again
     */
    static int of(final int value) {
        return COLORS[(value - 1) % COLORS.length];
    }
}
