/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.util.Locale;

/** Writes SVG for a page that defines the colours of {@link Ink} as variables of its style sheet. */
final class SvgCanvas implements ChartCanvas {
    private final StringBuilder text = new StringBuilder();

    /** @return all that was drawn, as an element of an HTML page */
    String element(final int width, final int height, final String description) {
        return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n%s</svg>%n".formatted(width, height, Markup.escape(description), text);
    }

    @Override
    public void line(final double x1, final double y1, final double x2, final double y2, final Ink ink) {
        text.append("<path d=\"M%s %sL%s %s\" stroke=\"var(--%s)\"/>%n".formatted(number(x1), number(y1), number(x2), number(y2), ink.variable()));
    }

    @Override
    public void curve(final double[] x, final double[] y, final Ink ink) {
        text.append("<polyline points=\"");
        for (int i = 0; i < x.length; i++) {
            text.append(i == 0 ? "" : " ").append(number(x[i])).append(',').append(number(y[i]));
        }

        text.append("\" stroke=\"var(--%s)\"/>%n".formatted(ink.variable()));
    }

    @Override
    public void dot(final double x, final double y, final Ink ink) {
        text.append("<circle cx=\"%s\" cy=\"%s\" r=\"3.5\" fill=\"var(--%s)\"/>%n".formatted(number(x), number(y), ink.variable()));
    }

    @Override
    public void text(final double x, final double y, final String words, final Face face, final Anchor anchor, final Ink ink) {
        text.append("<text x=\"%s\" y=\"%s\" class=\"%s\" text-anchor=\"%s\" fill=\"var(--%s)\">%s</text>%n".formatted(number(x), number(y),
                face.name().toLowerCase(Locale.ROOT), anchor.name().toLowerCase(Locale.ROOT), ink.variable(), Markup.escape(words)));
    }

    private static String number(final double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
