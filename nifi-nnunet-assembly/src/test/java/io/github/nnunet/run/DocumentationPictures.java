/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import javax.imageio.ImageIO;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

/** The pictures in docs/images: with {@code -Dnnunet.docs.write=true} the browser tests replace them by those that they have made. */
final class DocumentationPictures {
    static final boolean WANTED = Boolean.getBoolean("nnunet.docs.write");

    private static final Path FOLDER = Path.of(System.getProperty("nnunet.home"), "docs", "images");

    private DocumentationPictures() {
    }

    /**
     * Puts a picture into the documentation if that is wanted.
     *
     * @param name of the file there, without .png
     */
    static void publish(final Path png, final String name) throws IOException {
        if (WANTED) {
            final BufferedImage picture = ImageIO.read(png.toFile());
            ImageIO.write(PalettePicture.of(picture), "png", FOLDER.resolve(name + ".png").toFile());
        }
    }
}
