/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Curves over epochs.
 *
 * @param title  what is shown, with its unit
 * @param series the curves, none of them empty; none at all if there is nothing to show yet
 * @param values the range of the values
 * @param marked the epoch with a mark of its own; 0 for none
 */
record Chart(String title, List<Series> series, AxisScale values, int marked) {
    static final int WIDTH = 560;
    static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 32;
    private static final int BOTTOM = 34;
    private static final int LEGEND_LINE = 18;
    private static final int LEGEND_SAMPLE = 22;
    private static final int LEGEND_GAP = 16;
    private static final int EPOCH_MARKS = 6;
    private static final int LETTER_BELOW = 4;

    Chart {
        series = List.copyOf(series);
    }

    /** Draws the chart with its upper left corner at 0, 0; it takes WIDTH by HEIGHT. */
    void draw(final ChartCanvas canvas) {
        canvas.text(0, ChartCanvas.Face.TITLE.pixels(), title, ChartCanvas.Face.TITLE, ChartCanvas.Anchor.START, Ink.TEXT);
        if (series.isEmpty()) {
            canvas.text(WIDTH / 2.0, HEIGHT / 2.0, "Nothing to show yet", ChartCanvas.Face.SMALL, ChartCanvas.Anchor.MIDDLE, Ink.FAINT);
            return;
        }

        final int legendLines = series.size() > 1 ? drawLegend(canvas) : 0;
        final int top = TOP + legendLines * LEGEND_LINE;
        final AxisScale epochs = epochs();
        drawAxes(canvas, epochs, top);
        if (marked > 0) {
            final double x = x(epochs, marked);
            canvas.line(x, top, x, HEIGHT - (double) BOTTOM, Ink.FAINT);
        }

        for (final Series curve : series) {
            drawCurve(canvas, epochs, top, curve.thinned());
        }
    }

    private AxisScale epochs() {
        final double last = series.stream().flatMapToDouble(curve -> DoubleStream.of(curve.epochs())).max().orElse(1);
        return AxisScale.whole(1, (int) last, EPOCH_MARKS);
    }

    /** @return how many lines it takes */
    private int drawLegend(final ChartCanvas canvas) {
        double x = 0;
        int line = 0;
        for (final Series curve : series) {
            final double width = LEGEND_SAMPLE + ChartCanvas.Face.SMALL.width(curve.name());
            if (x > 0 && x + width > WIDTH) {
                x = 0;
                line++;
            }

            final double y = TOP + (double) line * LEGEND_LINE;
            canvas.curve(new double[] {x, x + LEGEND_GAP}, new double[] {y - LETTER_BELOW, y - LETTER_BELOW}, curve.ink());
            canvas.text(x + LEGEND_SAMPLE, y, curve.name(), ChartCanvas.Face.SMALL, ChartCanvas.Anchor.START, Ink.FAINT);
            x += width + LEGEND_GAP;
        }

        return line + 1;
    }

    private void drawAxes(final ChartCanvas canvas, final AxisScale epochs, final int top) {
        for (final double mark : values.marks()) {
            final double y = y(top, mark);
            canvas.line(LEFT, y, (double) WIDTH - RIGHT, y, Ink.GRID);
            canvas.text((double) LEFT - 2 * LETTER_BELOW, y + LETTER_BELOW, values.label(mark), ChartCanvas.Face.SMALL, ChartCanvas.Anchor.END, Ink.FAINT);
        }

        final double base = (double) HEIGHT - BOTTOM;
        for (final double mark : epochs.marks()) {
            final double x = x(epochs, mark);
            canvas.line(x, base, x, base + LETTER_BELOW, Ink.FAINT);
            canvas.text(x, base + LEGEND_LINE, epochs.label(mark), ChartCanvas.Face.SMALL, ChartCanvas.Anchor.MIDDLE, Ink.FAINT);
        }

        canvas.text((double) WIDTH - RIGHT, HEIGHT - 2.0, "epoch", ChartCanvas.Face.SMALL, ChartCanvas.Anchor.END, Ink.FAINT);
    }

    private void drawCurve(final ChartCanvas canvas, final AxisScale epochs, final int top, final Series curve) {
        final int points = curve.epochs().length;
        final double[] x = new double[points];
        final double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            x[i] = x(epochs, curve.epochs()[i]);
            y[i] = y(top, curve.values()[i]);
        }

        if (points == 1) {
            canvas.dot(x[0], y[0], curve.ink());
        } else {
            canvas.curve(x, y, curve.ink());
        }
    }

    private static double x(final AxisScale epochs, final double epoch) {
        return LEFT + epochs.position(epoch) * (WIDTH - LEFT - RIGHT);
    }

    private double y(final int top, final double value) {
        return HEIGHT - BOTTOM - values.position(value) * (HEIGHT - BOTTOM - top);
    }
}
