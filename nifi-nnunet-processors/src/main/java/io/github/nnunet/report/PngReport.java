/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.training.TrainingHistory;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** The charts of a training as a picture. */
final class PngReport {
    private static final int COLUMNS = 2;
    private static final int MARGIN = 32;
    private static final int HEAD = 64;
    /** Sharp on screens with small pixels. */
    private static final int SCALE = 2;

    private PngReport() {
    }

    /** @return the picture, in the colours of a light page */
    static BufferedImage of(final TrainingHistory history) {
        final List<Chart> charts = TrainingCharts.of(history);
        final int rows = Math.ceilDiv(charts.size(), COLUMNS);
        final int width = COLUMNS * (Chart.WIDTH + MARGIN) + MARGIN;
        final int height = HEAD + rows * (Chart.HEIGHT + MARGIN);
        final BufferedImage image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        final Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(new Color(Ink.PAPER.light()));
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(SCALE, SCALE);
            final ChartCanvas canvas = new RasterCanvas(graphics);
            canvas.text(MARGIN, MARGIN, title(history), ChartCanvas.Face.TITLE, ChartCanvas.Anchor.START, Ink.TEXT);
            final AffineTransform origin = graphics.getTransform();
            for (int i = 0; i < charts.size(); i++) {
                graphics.setTransform(origin);
                graphics.translate(MARGIN + (i % COLUMNS) * (Chart.WIDTH + MARGIN), HEAD + (i / COLUMNS) * (Chart.HEIGHT + MARGIN));
                charts.get(i).draw(canvas);
            }
        } finally {
            graphics.dispose();
        }

        return image;
    }

    private static String title(final TrainingHistory history) {
        final String name = "%s, fold %d".formatted(history.plan().name(), history.job().fold());
        final String epoch = history.last().map(last -> ", epoch %d of %d".formatted(last.epoch(), last.epochs())).orElse("");
        final String best = history.best().map(report -> String.format(Locale.ROOT, ", best mean Dice %.4f in epoch %d", report.meanDice(), report.epoch())).orElse("");
        return name + epoch + best;
    }
}
