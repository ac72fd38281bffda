/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.util.Locale;

/**
 * What charts are drawn with: a colour for light pages and one for dark ones. The series' colours can be told apart by
 * people who see no difference between red and green (after Okabe and Ito, 2008).
 */
enum Ink {
    TEXT(0x1f2328, 0xe6edf3),
    FAINT(0x59636e, 0x9198a1),
    GRID(0xd1d9e0, 0x3d444d),
    PAPER(0xffffff, 0x151b23),
    MEAN(0x1f2328, 0xe6edf3),
    SERIES_1(0x0072b2, 0x56b4e9),
    SERIES_2(0xd55e00, 0xf0883e),
    SERIES_3(0x009e73, 0x3fc49a),
    SERIES_4(0xa0527e, 0xdb8fbd),
    SERIES_5(0xb07d00, 0xe6b13c),
    SERIES_6(0x3f7fb8, 0x9cc9ee),
    SERIES_7(0x7a5195, 0xbb96d6),
    SERIES_8(0x6b705c, 0xb7b7a4);

    private static final Ink[] SERIES = {SERIES_1, SERIES_2, SERIES_3, SERIES_4, SERIES_5, SERIES_6, SERIES_7, SERIES_8};

    private final int light;
    private final int dark;

    Ink(final int light, final int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** @return the colour on a light page, 0xRRGGBB */
    int light() {
        return light;
    }

    /** @return the colour on a dark page, 0xRRGGBB */
    int dark() {
        return dark;
    }

    /** @return the name in style sheets */
    String variable() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @return how many series have a colour of their own */
    static int seriesCount() {
        return SERIES.length;
    }

    static Ink series(final int number) {
        return SERIES[number % SERIES.length];
    }
}
