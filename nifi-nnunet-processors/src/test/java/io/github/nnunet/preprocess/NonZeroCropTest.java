/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NonZeroCropTest {
    private static final Shape SHAPE = new Shape(12, 11, 10);

    @Test
    void oneVoxelIsABox() throws CaseException {
        final float[] image = new float[SHAPE.voxels()];
        image[SHAPE.index(5, 4, 3)] = 7;
        final ScanCase cropped = NonZeroCrop.apply(Cases.of(SHAPE, image), Foreground.ABOVE_ZERO);
        assertEquals(Optional.of(new Box(5, 4, 3, 6, 5, 4)), cropped.history().crop());
        assertArrayEquals(new float[] {7}, cropped.channel(0));
        assertEquals(new Shape(1, 1, 1), cropped.shape());
        assertArrayEquals(new double[] {1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 5}, cropped.geometry().orientation().affine());
    }

    @Test
    void boxCoversTheForegroundOfAllChannels() throws CaseException {
        final float[] first = new float[SHAPE.voxels()];
        final float[] second = new float[SHAPE.voxels()];
        first[SHAPE.index(1, 9, 2)] = 1;
        second[SHAPE.index(4, 3, 8)] = 1;
        second[0] = -5;
        assertEquals(Optional.of(new Box(1, 3, 2, 5, 10, 9)), CropBox.of(new float[][] {first, second}, SHAPE, Foreground.ABOVE_ZERO));
        assertEquals(Optional.of(new Box(0, 0, 0, 5, 10, 9)), CropBox.of(new float[][] {first, second}, SHAPE, Foreground.NOT_ZERO));
    }

    @Test
    void boxIsThatOfEveryCountedVoxelOneByOne() {
        final Random random = new Random(3);
        for (int trial = 0; trial < 200; trial++) {
            final float[][] channels = new float[1 + trial % 3][SHAPE.voxels()];
            final int[] start = SHAPE.toArray();
            final int[] end = new int[3];
            for (int voxel = 0; voxel < 1 + trial % 5; voxel++) {
                final int[] place = {random.nextInt(SHAPE.depth()), random.nextInt(SHAPE.height()), random.nextInt(SHAPE.width())};
                channels[random.nextInt(channels.length)][SHAPE.index(place[0], place[1], place[2])] = 1;
                for (int axis = 0; axis < 3; axis++) {
                    start[axis] = Math.min(start[axis], place[axis]);
                    end[axis] = Math.max(end[axis], place[axis] + 1);
                }
            }

            assertEquals(Optional.of(new Box(start[0], start[1], start[2], end[0], end[1], end[2])), CropBox.of(channels, SHAPE, Foreground.ABOVE_ZERO));
        }
    }

    @Test
    void fullScanIsNotCopied() throws CaseException {
        final float[] image = new float[SHAPE.voxels()];
        image[0] = 1;
        image[image.length - 1] = 1;
        final ScanCase cropped = NonZeroCrop.apply(Cases.of(SHAPE, image), Foreground.ABOVE_ZERO);
        assertSame(image, cropped.channel(0));
        assertEquals(Optional.of(Box.whole(SHAPE)), cropped.history().crop());
    }

    @Test
    void secondCropLiesWithinTheFirst() throws CaseException {
        final float[] image = new float[SHAPE.voxels()];
        image[SHAPE.index(2, 2, 2)] = -1;
        image[SHAPE.index(5, 6, 7)] = 1;
        final ScanCase once = NonZeroCrop.apply(Cases.of(SHAPE, image), Foreground.NOT_ZERO);
        final ScanCase twice = NonZeroCrop.apply(once, Foreground.ABOVE_ZERO);
        assertEquals(Optional.of(new Box(5, 6, 7, 6, 7, 8)), twice.history().crop());
    }

    @Test
    void blankScanIsRefused() {
        final ScanCase blank = Cases.of(SHAPE, new float[SHAPE.voxels()], new float[SHAPE.voxels()]);
        final CaseException refused = assertThrows(CaseException.class, () -> NonZeroCrop.apply(blank, Foreground.ABOVE_ZERO));
        assertEquals(FaultCategory.UNREADABLE, refused.category());
        assertTrue(refused.getMessage().contains("is 0 in all 2 channels"), refused.getMessage());
    }

    @Test
    void negativeScanIsToldOfTheOtherForeground() throws CaseException {
        final float[] image = new float[SHAPE.voxels()];
        image[SHAPE.index(3, 3, 3)] = -100;
        final ScanCase negative = Cases.of(SHAPE, image);
        final CaseException refused = assertThrows(CaseException.class, () -> NonZeroCrop.apply(negative, Foreground.ABOVE_ZERO));
        assertTrue(refused.getMessage().contains("not 0"), refused.getMessage());
        assertEquals(new Shape(1, 1, 1), NonZeroCrop.apply(negative, Foreground.NOT_ZERO).shape());
    }

    @Test
    void cropAfterResamplingIsRefused() throws CaseException {
        final float[] image = Cases.noise(SHAPE, 1);
        final ScanCase resampled = Resampling.apply(Cases.of(SHAPE, new Spacing(2, 1, 1), null, image), new Spacing(1, 1, 1));
        final CaseException refused = assertThrows(CaseException.class, () -> NonZeroCrop.apply(resampled, Foreground.ABOVE_ZERO));
        assertEquals(FaultCategory.UNSUPPORTED, refused.category());
    }
}
