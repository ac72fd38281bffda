/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;

/** Pictures as PNG files. */
final class PngImage {

    private PngImage() {
    }

    /**
     * @param picture draws it
     * @throws IOException if Java cannot draw here, as without any font
     */
    static byte[] encode(final Supplier<BufferedImage> picture) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(picture.get(), "png", out);
        } catch (final LinkageError | InternalError | AWTError | RuntimeException e) {
            // A Java without fonts or without its drawing library says so in any of these ways.
            throw new IOException("Java cannot draw pictures here (%s). Install fontconfig and a font, and start NiFi with -Djava.awt.headless=true.".formatted(e), e);
        }

        return bytes.toByteArray();
    }
}
