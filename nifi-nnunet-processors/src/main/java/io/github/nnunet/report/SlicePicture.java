/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;

import java.awt.image.BufferedImage;

/**
 * A slice of a scan with the outlines of what was found in it. A millimetre has the same number of pixels in both
 * directions, whatever the voxels are like.
 */
final class SlicePicture {
    /** How thick outlines are, in pixels; they lie within their class. */
    private static final int OUTLINE = 2;

    private final SliceView view;
    private final ArrayAxes axes;
    private final Segmentation segmentation;
    private final int slice;
    private final int width;
    private final int height;

    /**
     * @param slice  index along the array axis that the view goes through
     * @param pixels a millimetre
     */
    SlicePicture(final SliceView view, final ArrayAxes axes, final Segmentation segmentation, final int slice, final double pixels) {
        this.view = view;
        this.axes = axes;
        this.segmentation = segmentation;
        this.slice = slice;
        this.width = pixels(segmentation.geometry(), axes.axis(view.across()), pixels);
        this.height = pixels(segmentation.geometry(), axes.axis(view.down()), pixels);
    }

    private static int pixels(final Geometry geometry, final int axis, final double pixels) {
        return Math.max(1, (int) Math.round(millimetres(geometry, axis) * pixels));
    }

    /** @return how long a volume is along an array axis */
    static double millimetres(final Geometry geometry, final int axis) {
        return geometry.shape().size(axis) * geometry.spacing().along(axis);
    }

    SliceView view() {
        return view;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** @return which slice it is, counted from 1 as the file has them */
    String title() {
        return "%s, slice %d of %d".formatted(view.title(), slice + 1, segmentation.geometry().shape().size(axes.axis(view.through())));
    }

    BufferedImage draw(final GreyValues greys) {
        final BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        final int[][] labels = new int[height][width];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                final double[] place = place(row, column);
                final int grey = greys.at(place);
                labels[row][column] = label(place);
                image.setRGB(column, row, grey << 16 | grey << 8 | grey);
            }
        }

        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                if (labels[row][column] != 0 && isEdge(labels, row, column)) {
                    image.setRGB(column, row, ClassColor.of(labels[row][column]));
                }
            }
        }

        return image;
    }

    /** @return place of a pixel's centre in voxels [z][y][x] */
    private double[] place(final int row, final int column) {
        final double[] place = new double[3];
        place[axes.axis(view.through())] = slice;
        place[axes.axis(view.across())] = along(view.across(), (column + 0.5) / width);
        place[axes.axis(view.down())] = along(view.down(), (row + 0.5) / height);
        return place;
    }

    /** @param part of the way from the right, anterior or superior end */
    private double along(final PatientAxis patient, final double part) {
        final int size = segmentation.geometry().shape().size(axes.axis(patient));
        return (axes.isAscending(patient) ? 1 - part : part) * size - 0.5;
    }

    private int label(final double[] place) {
        final Shape shape = segmentation.geometry().shape();
        final int z = Math.clamp(Math.round(place[0]), 0, shape.depth() - 1);
        final int y = Math.clamp(Math.round(place[1]), 0, shape.height() - 1);
        final int x = Math.clamp(Math.round(place[2]), 0, shape.width() - 1);
        return segmentation.label()[shape.index(z, y, x)] & 0xff;
    }

    /** @return whether a pixel close by is of another class */
    private boolean isEdge(final int[][] labels, final int row, final int column) {
        for (int y = Math.max(0, row - OUTLINE); y <= Math.min(height - 1, row + OUTLINE); y++) {
            for (int x = Math.max(0, column - OUTLINE); x <= Math.min(width - 1, column + OUTLINE); x++) {
                if (labels[y][x] != labels[row][column]) {
                    return true;
                }
            }
        }

        return false;
    }
}
