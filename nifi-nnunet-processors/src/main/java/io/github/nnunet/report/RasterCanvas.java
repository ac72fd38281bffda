/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;

/** Draws on a picture, in the colours of a light page. */
final class RasterCanvas implements ChartCanvas {
    private static final float LINE_WIDTH = 1;
    private static final float CURVE_WIDTH = 2;
    private static final double DOT_RADIUS = 3.5;

    private final Graphics2D graphics;

    RasterCanvas(final Graphics2D graphics) {
        this.graphics = graphics;
    }

    @Override
    public void line(final double x1, final double y1, final double x2, final double y2, final Ink ink) {
        graphics.setColor(new Color(ink.light()));
        graphics.setStroke(new BasicStroke(LINE_WIDTH));
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void curve(final double[] x, final double[] y, final Ink ink) {
        final Path2D path = new Path2D.Double();
        for (int i = 0; i < x.length; i++) {
            if (i == 0) {
                path.moveTo(x[i], y[i]);
            } else {
                path.lineTo(x[i], y[i]);
            }
        }

        graphics.setColor(new Color(ink.light()));
        graphics.setStroke(new BasicStroke(CURVE_WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
    }

    @Override
    public void dot(final double x, final double y, final Ink ink) {
        graphics.setColor(new Color(ink.light()));
        graphics.fill(new Ellipse2D.Double(x - DOT_RADIUS, y - DOT_RADIUS, 2 * DOT_RADIUS, 2 * DOT_RADIUS));
    }

    @Override
    public void text(final double x, final double y, final String text, final Face face, final Anchor anchor, final Ink ink) {
        graphics.setColor(new Color(ink.light()));
        graphics.setFont(new Font(Font.SANS_SERIF, face == Face.TITLE ? Font.BOLD : Font.PLAIN, face.pixels()));
        final int width = graphics.getFontMetrics().stringWidth(text);
        final double left = switch (anchor) {
            case START -> x;
            case MIDDLE -> x - width / 2.0;
            case END -> x - width;
        };
        graphics.drawString(text, (float) left, (float) y);
    }
}
