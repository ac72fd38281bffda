/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.Test;

import java.awt.image.BufferedImage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PalettePictureTest {

    @Test
    void aPictureOfFewColoursKeepsThem() {
        final BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        fill(picture, (x, y) -> 32 * x << 16 | 32 * y << 8);

        final BufferedImage reduced = PalettePicture.of(picture);

        assertEquals(BufferedImage.TYPE_BYTE_INDEXED, reduced.getType());
        assertEquals(0, largestDifference(picture, reduced));
    }

    @Test
    void aPictureOfManyColoursComesClose() {
        final BufferedImage picture = new BufferedImage(256, 64, BufferedImage.TYPE_INT_RGB);
        fill(picture, (x, y) -> x << 16 | 4 * y << 8 | 100);

        // Boxes of 32 by 32 values and a mean within each, if all were cut alike.
        assertTrue(largestDifference(picture, PalettePicture.of(picture)) <= 40);
    }

    private static void fill(final BufferedImage picture, final Colouring colouring) {
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                picture.setRGB(x, y, colouring.at(x, y));
            }
        }
    }

    private static int largestDifference(final BufferedImage one, final BufferedImage other) {
        int largest = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    largest = Math.max(largest, Math.abs((one.getRGB(x, y) >> shift & 0xff) - (other.getRGB(x, y) >> shift & 0xff)));
                }
            }
        }

        return largest;
    }

    /** A picture's colour at a place. */
    private interface Colouring {
        int at(int x, int y);
    }
}
