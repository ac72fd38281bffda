/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;

import javax.imageio.ImageIO;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A scan of 40 x 60 x 80 mm in slices of 4 mm: dark, but for a bright block at its right, anterior and superior corner.
 * A structure of one class is around the middle, and a smaller one of another class to the left of it.
 */
class SegmentationPreviewTest {
    private static final Shape SHAPE = new Shape(20, 60, 40);
    private static final List<LabelClass> CLASSES = List.of(new LabelClass(0, "background"), new LabelClass(1, "Liver"), new LabelClass(2, "Tumour"));
    private static final double[] ALIGNED = {1, 0, 0, -20, 0, 1, 0, -30, 0, 0, 4, -40};
    /** 420 pixels for the 80 mm from head to foot. */
    private static final double SCALE = 420 / 80.0;
    private static final int BLACKISH = 0x101010;
    private static final int WHITISH = 0xf0f0f0;
    private static final int LEFT = 20;
    private static final int TOP = 42;
    private static final int AXIAL_WIDTH = 210;
    private static final int CORONAL_LEFT = LEFT + AXIAL_WIDTH + LEFT;
    private static final int SAGITTAL_LEFT = CORONAL_LEFT + AXIAL_WIDTH + LEFT;

    @Test
    void aMillimetreIsAsLongInEveryDirection() throws IOException {
        final BufferedImage picture = picture(scan(ALIGNED), segmentation(ALIGNED));

        assertEquals(LEFT + AXIAL_WIDTH + LEFT + AXIAL_WIDTH + LEFT + 315 + LEFT, picture.getWidth());
        assertEquals(TOP + 420 + 20 + 3 * 22, picture.getHeight());
        // The last rows of the coronal slice are grey, what is below is paper.
        assertEquals(0, rgb(picture, CORONAL_LEFT + 5, TOP + 415));
        assertEquals(0x10141a, rgb(picture, CORONAL_LEFT + 5, TOP + 421));
        assertEquals(0x10141a, rgb(picture, LEFT + 5, TOP + 316));
    }

    @Test
    void thePatientsRightIsAtTheLeft() throws IOException {
        final ScanCase scan = scan(ALIGNED);
        final BufferedImage picture = picture(scan, atTheCorner(ALIGNED));

        assertTrue(rgb(picture, LEFT + 20, TOP + 20) > WHITISH);
        assertEquals(0, rgb(picture, LEFT + AXIAL_WIDTH - 20, TOP + 20));
        assertTrue(rgb(picture, CORONAL_LEFT + 20, TOP + 20) > WHITISH);
        assertEquals(0, rgb(picture, CORONAL_LEFT + AXIAL_WIDTH - 20, TOP + 20));
        assertEquals(0, rgb(picture, CORONAL_LEFT + 20, TOP + 400));
        assertTrue(rgb(picture, SAGITTAL_LEFT + 20, TOP + 20) > WHITISH);
        assertEquals(0, rgb(picture, SAGITTAL_LEFT + 295, TOP + 20));
    }

    @Test
    void outlinesAreWhereTheClassesEnd() throws IOException {
        final BufferedImage picture = picture(scan(ALIGNED), segmentation(ALIGNED));
        keep(picture);

        // Class 1 is in x 16 to 27: from the right end of 40, 12 to 23 mm.
        final int row = TOP + (int) (30 * SCALE);
        final int first = LEFT + (int) Math.round(12 * SCALE);
        final int last = LEFT + (int) Math.round(24 * SCALE) - 1;
        assertEquals(ClassColor.of(1), rgb(picture, first, row));
        assertEquals(0, rgb(picture, first - 1, row));
        assertEquals(0, rgb(picture, first + 3, row));
        assertEquals(ClassColor.of(1), rgb(picture, last, row));
        // Class 2 is next to it, in x 12 to 15.
        assertEquals(ClassColor.of(2), rgb(picture, last + 1, row));
        assertEquals(ClassColor.of(2), rgb(picture, LEFT + (int) Math.round(28 * SCALE) - 1, row));
        assertEquals(0, rgb(picture, LEFT + (int) Math.round(28 * SCALE), row));
    }

    @Test
    void theOrderAndDirectionOfTheFilesAxesDoNotMatter() throws IOException {
        final BufferedImage expected = picture(scan(ALIGNED), segmentation(ALIGNED));

        // x from right to left, as many scanners have it.
        final double[] mirrored = {-1, 0, 0, 19, 0, 1, 0, -30, 0, 0, 4, -40};
        assertSamePixels(expected, picture(scan(mirrored), segmentation(mirrored)));
        // Sagittal slices: x of the file goes to the back, y down, z to the left.
        final double[] sagittal = {0, 0, -1, 19, -1, 0, 0, 29, 0, -4, 0, 36};
        assertSamePixels(expected, picture(scan(sagittal), segmentation(sagittal)));
    }

    @Test
    void whatWasCroppedAwayIsBlackAndTheRestIsInItsPlace() throws IOException {
        final ScanCase whole = scan(ALIGNED);
        final Box box = new Box(10, 20, 10, 20, 60, 40);
        final Shape cropped = box.shape();
        final Shape half = new Shape(20, 20, 15);
        final float[] values = new float[half.voxels()];
        for (int z = 0; z < half.depth(); z++) {
            for (int y = 0; y < half.height(); y++) {
                for (int x = 0; x < half.width(); x++) {
                    values[half.index(z, y, x)] = whole.channel(0)[SHAPE.index(10 + z / 2, 20 + 2 * y, 10 + 2 * x)];
                }
            }
        }

        final Geometry geometry = whole.geometry().cropped(box).resized(half);
        final ScanCase prepared = new ScanCase(List.of("CT"), new float[][] {values}, null, geometry, CaseHistory.of(whole.geometry()).withCrop(box).withResampledFrom(cropped));
        final BufferedImage picture = picture(prepared, atTheCorner(ALIGNED));

        assertTrue(rgb(picture, CORONAL_LEFT + 20, TOP + 20) > WHITISH);
        // The block has x 30 to 39, z 15 to 19: 10 mm from the right, 20 mm from the top.
        assertTrue(rgb(picture, CORONAL_LEFT + (int) (9 * SCALE), TOP + (int) (19 * SCALE)) > WHITISH);
        assertTrue(rgb(picture, CORONAL_LEFT + (int) (11 * SCALE), TOP + (int) (19 * SCALE)) < BLACKISH);
        assertTrue(rgb(picture, CORONAL_LEFT + (int) (9 * SCALE), TOP + (int) (21 * SCALE)) < BLACKISH);
    }

    @Test
    void aFileThatDoesNotSayHowThePatientLayHasNoLetters() throws IOException {
        final Geometry unknown = new Geometry(SHAPE, new Orientation(1, new double[] {1, 1, 4}, 0, new double[3], new double[3], 0, new double[12], 2));
        final Segmentation segmentation = new Segmentation(unknown, segmentation(ALIGNED).label(), Optional.empty());
        final BufferedImage picture = picture(scan(ALIGNED), segmentation);

        final int middle = TOP + 315 / 2;
        for (int x = LEFT + 1; x < LEFT + 20; x++) {
            for (int y = middle - 10; y < middle + 10; y++) {
                assertEquals(0, rgb(picture, x, y));
            }
        }
    }

    @Test
    void nothingFoundAndManyClassesAreShownToo() throws IOException {
        final Geometry geometry = scan(ALIGNED).geometry();
        final byte[] many = new byte[SHAPE.voxels()];
        for (int voxel = 0; voxel < many.length; voxel++) {
            many[voxel] = (byte) (voxel % 118);
        }

        assertEquals(TOP + 420 + 20 + 3 * 22, picture(scan(ALIGNED), new Segmentation(geometry, new byte[SHAPE.voxels()], Optional.empty())).getHeight());
        assertEquals(TOP + 420 + 20 + 11 * 22, picture(scan(ALIGNED), new Segmentation(geometry, many, Optional.empty())).getHeight());
    }

    @Test
    void theFileHasPixelsAndNoWords() throws IOException {
        final String bytes = new String(SegmentationPreview.png(scan(ALIGNED), segmentation(ALIGNED), CLASSES), StandardCharsets.ISO_8859_1);

        for (final String chunk : List.of("tEXt", "iTXt", "zTXt", "eXIf", "tIME")) {
            assertFalse(bytes.contains(chunk), chunk);
        }
    }

    private static ScanCase scan(final double[] affine) {
        final float[] values = voxels(affine, (x, y, z) -> x >= 30 && y >= 50 && z >= 15 ? 100 : 1e-3f);
        final Geometry geometry = geometry(affine);
        return new ScanCase(List.of("CT"), new float[][] {values}, null, geometry, CaseHistory.of(geometry));
    }

    private static Segmentation segmentation(final double[] affine) {
        return new Segmentation(geometry(affine), labels(affine, (x, y, z) -> y >= 20 && y < 40 && z >= 8 && z < 14 && x >= 12 && x < 28 ? x >= 16 ? 1 : 2 : 0), Optional.empty());
    }

    /** The slices go through the bright block. */
    private static Segmentation atTheCorner(final double[] affine) {
        return new Segmentation(geometry(affine), labels(affine, (x, y, z) -> x == 35 && y == 55 && z == 17 ? 1 : 0), Optional.empty());
    }

    /** A value at x mm from the left, y mm from the back, and in slice z from the feet. */
    private interface Phantom {
        float at(long x, long y, long z);
    }

    private static Geometry geometry(final double[] affine) {
        final double[] pixdim = new double[3];
        final int[] sizes = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            pixdim[axis] = Math.abs(affine[axis]) + Math.abs(affine[4 + axis]) + Math.abs(affine[8 + axis]);
            sizes[2 - axis] = affine[axis] != 0 ? SHAPE.width() : affine[4 + axis] != 0 ? SHAPE.height() : SHAPE.depth();
        }

        return new Geometry(Shape.of(sizes), new Orientation(1, pixdim, 0, new double[3], new double[3], 1, affine, 2));
    }

    private static float[] voxels(final double[] affine, final Phantom phantom) {
        final Shape shape = geometry(affine).shape();
        final float[] values = new float[shape.voxels()];
        for (int k = 0; k < shape.depth(); k++) {
            for (int j = 0; j < shape.height(); j++) {
                for (int i = 0; i < shape.width(); i++) {
                    final double x = affine[0] * i + affine[1] * j + affine[2] * k + affine[3] + 20;
                    final double y = affine[4] * i + affine[5] * j + affine[6] * k + affine[7] + 30;
                    final double z = (affine[8] * i + affine[9] * j + affine[10] * k + affine[11] + 40) / 4;
                    values[shape.index(k, j, i)] = phantom.at(Math.round(x), Math.round(y), Math.round(z));
                }
            }
        }

        return values;
    }

    private static byte[] labels(final double[] affine, final Phantom phantom) {
        final float[] values = voxels(affine, phantom);
        final byte[] labels = new byte[values.length];
        for (int voxel = 0; voxel < labels.length; voxel++) {
            labels[voxel] = (byte) values[voxel];
        }

        return labels;
    }

    private static BufferedImage picture(final ScanCase scan, final Segmentation segmentation) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(SegmentationPreview.png(scan, segmentation, CLASSES)));
    }

    /** Slices are counted as the file has them, so titles may differ: only what is below them is compared. */
    private static void assertSamePixels(final BufferedImage expected, final BufferedImage actual) {
        assertEquals(expected.getWidth(), actual.getWidth());
        final int height = expected.getHeight() - TOP;
        assertArrayEquals(expected.getRGB(0, TOP, expected.getWidth(), height, null, 0, expected.getWidth()), actual.getRGB(0, TOP, actual.getWidth(), height, null, 0, actual.getWidth()));
    }

    private static int rgb(final BufferedImage picture, final int x, final int y) {
        return picture.getRGB(x, y) & 0xffffff;
    }

    private static void keep(final BufferedImage picture) throws IOException {
        ImageIO.write(picture, "png", Files.createDirectories(Path.of("target", "report")).resolve("preview.png").toFile());
    }
}
