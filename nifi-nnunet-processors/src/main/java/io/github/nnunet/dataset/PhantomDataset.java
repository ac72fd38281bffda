/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.io.IOException;
import java.nio.file.Path;

/** Makes a small dataset to try things on: no download, no patient. */
public final class PhantomDataset {

    private PhantomDataset() {
    }

    /**
     * @param folder gets the files of the dataset: dataset.json, imagesTr, labelsTr
     * @param cases  how many
     * @param seed   the same seed gives the same files
     */
    public static void write(final Path folder, final int cases, final long seed) throws IOException {
        throw new UnsupportedOperationException();
    }
}
