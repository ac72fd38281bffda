/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.ScanCase;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A segmentation at a glance: an axial, a coronal and a sagittal slice through the largest structure, the outlines of all
 * classes in them, and their names. The picture has no name of the case or the patient.
 */
public final class SegmentationPreview {
    private static final int PANEL = 420;
    private static final int GAP = 20;
    private static final int LINE = 22;
    private static final int SWATCH = 12;
    private static final int FONT = 13;
    private static final int MOST_CLASSES = 24;
    private static final int COLUMN = 260;
    private static final int LEAST_WIDTH = 560;
    private static final Color PAPER = new Color(0x10141a);
    private static final Color TEXT = new Color(0xe6edf3);
    private static final Color FAINT = new Color(0x9198a1);
    private static final String CONVENTION = "Radiological convention: the patient's right is at the left of the picture. Not for diagnosis.";
    private static final String UNKNOWN = "The file does not say how the patient lay: sides are not known. Not for diagnosis.";

    private final ArrayAxes axes;
    private final GreyValues greys;
    private final List<SlicePicture> slices;
    private final List<Entry> legend;

    private SegmentationPreview(final ScanCase prepared, final Segmentation segmentation, final List<LabelClass> classes) {
        final Orientation orientation = segmentation.geometry().orientation();
        this.axes = ArrayAxes.of(orientation);
        this.greys = new GreyValues(prepared);
        final Structures structures = new Structures(segmentation);
        final double longest = IntStream.range(0, 3).mapToDouble(axis -> SlicePicture.millimetres(segmentation.geometry(), axis)).max().orElseThrow();
        final int[] through = structures.slices();
        this.slices = Arrays.stream(SliceView.values()).map(view -> new SlicePicture(view, axes, segmentation, through[axes.axis(view.through())], PANEL / longest)).toList();
        this.legend = legend(structures, classes);
    }

    /** A line of the legend. */
    private record Entry(int value, String text) {
    }

    /**
     * @param prepared     what the network saw: its first channel is the background of the picture
     * @param segmentation what was found, on the scan's grid
     * @param classes      names of the values
     * @return a PNG file
     * @throws IOException if Java cannot draw here, as without any font
     */
    public static byte[] png(final ScanCase prepared, final Segmentation segmentation, final List<LabelClass> classes) throws IOException {
        return PngImage.encode(() -> new SegmentationPreview(prepared, segmentation, classes).draw());
    }

    private static List<Entry> legend(final Structures structures, final List<LabelClass> classes) {
        final List<Integer> values = structures.values();
        final List<Entry> entries = new ArrayList<>();
        for (final int value : values.subList(0, Math.min(values.size(), MOST_CLASSES))) {
            final String name = classes.stream().filter(one -> one.value() == value).map(LabelClass::name).findFirst().orElse("value %d".formatted(value));
            entries.add(new Entry(value, "%s, %s ml".formatted(name, number(structures.millilitres(value)))));
        }

        if (values.size() > MOST_CLASSES) {
            entries.add(new Entry(0, "and %d more".formatted(values.size() - MOST_CLASSES)));
        }

        return entries.isEmpty() ? List.of(new Entry(0, "No structure was found")) : entries;
    }

    private static String number(final double millilitres) {
        return String.format(Locale.ROOT, millilitres < 10 ? "%.2f" : "%.0f", millilitres);
    }

    private BufferedImage draw() {
        final int width = Math.max(LEAST_WIDTH, GAP + slices.stream().mapToInt(slice -> slice.width() + GAP).sum());
        final int panels = slices.stream().mapToInt(SlicePicture::height).max().orElseThrow();
        final int lines = Math.ceilDiv(legend.size(), columns(width)) + 2;
        final BufferedImage image = new BufferedImage(width, GAP + LINE + panels + GAP + lines * LINE, BufferedImage.TYPE_INT_RGB);
        final Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT));
            graphics.setColor(PAPER);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            int x = GAP;
            for (final SlicePicture slice : slices) {
                drawSlice(graphics, slice, x);
                x += slice.width() + GAP;
            }

            drawLegend(graphics, width, GAP + LINE + panels + GAP);
        } finally {
            graphics.dispose();
        }

        return image;
    }

    private void drawSlice(final Graphics2D graphics, final SlicePicture slice, final int x) {
        final int y = GAP + LINE;
        graphics.drawImage(slice.draw(greys), x, y, null);
        graphics.setColor(TEXT);
        graphics.drawString(slice.title(), x, y - GAP / 2);
        if (axes.known()) {
            final FontMetrics metrics = graphics.getFontMetrics();
            final int middle = y + (slice.height() + metrics.getAscent()) / 2;
            final int centre = x + slice.width() / 2;
            mark(graphics, slice.view().across().towards(), x + 4, middle);
            mark(graphics, slice.view().across().from(), x + slice.width() - 4 - metrics.stringWidth(slice.view().across().from()), middle);
            mark(graphics, slice.view().down().towards(), centre - metrics.stringWidth(slice.view().down().towards()) / 2, y + metrics.getAscent() + 2);
            mark(graphics, slice.view().down().from(), centre - metrics.stringWidth(slice.view().down().from()) / 2, y + slice.height() - 4);
        }
    }

    /** White on black, so that it is read on any tissue. */
    private static void mark(final Graphics2D graphics, final String letter, final int x, final int y) {
        graphics.setColor(Color.BLACK);
        graphics.drawString(letter, x + 1, y + 1);
        graphics.setColor(Color.WHITE);
        graphics.drawString(letter, x, y);
    }

    private static int columns(final int width) {
        return (width - GAP) / COLUMN;
    }

    private void drawLegend(final Graphics2D graphics, final int width, final int top) {
        final int columns = columns(width);
        for (int i = 0; i < legend.size(); i++) {
            final Entry entry = legend.get(i);
            final int x = GAP + (i % columns) * COLUMN;
            final int y = top + (i / columns) * LINE;
            if (entry.value() > 0) {
                graphics.setColor(new Color(ClassColor.of(entry.value())));
                graphics.fillRect(x, y, SWATCH, SWATCH);
            }

            graphics.setColor(TEXT);
            final Graphics2D column = (Graphics2D) graphics.create(x, y, COLUMN - GAP, LINE);
            column.drawString(entry.text(), SWATCH + 8, SWATCH - 1);
            column.dispose();
        }

        graphics.setColor(FAINT);
        graphics.drawString(axes.known() ? CONVENTION : UNKNOWN, GAP, top + Math.ceilDiv(legend.size(), columns) * LINE + SWATCH);
    }
}
