/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

/** What a chart is drawn on. Coordinates are pixels from the upper left corner. */
interface ChartCanvas {

    /** Which point of a text its place is. */
    enum Anchor {
        START, MIDDLE, END
    }

    /** How a text looks. */
    enum Face {
        SMALL(11), TITLE(14);

        /** Of letters, on the average, to the size of the font: good enough to keep texts apart. */
        private static final double MEAN_WIDTH = 0.58;

        private final int pixels;

        Face(final int pixels) {
            this.pixels = pixels;
        }

        int pixels() {
            return pixels;
        }

        /** @return about how wide a text is */
        double width(final String text) {
            return text.length() * pixels * MEAN_WIDTH;
        }
    }

    void line(double x1, double y1, double x2, double y2, Ink ink);

    /** A curve through points, thicker than a line. */
    void curve(double[] x, double[] y, Ink ink);

    void dot(double x, double y, Ink ink);

    /** @param y of the base line */
    void text(double x, double y, String text, Face face, Anchor anchor, Ink ink);
}
