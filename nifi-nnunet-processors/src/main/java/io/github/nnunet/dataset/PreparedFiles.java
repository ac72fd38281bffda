/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.nio.file.Path;

/** Names of the files of a prepared case: the reference's, and the index of the label beside them. */
record PreparedFiles(Path folder, String id) {
    static final String IMAGE_ENDING = "_x.npy";

    /** float32 [c][z][y][x] */
    Path image() {
        return folder.resolve(id + IMAGE_ENDING);
    }

    /** uint8 [1][z][y][x] */
    Path label() {
        return folder.resolve(id + "_y.npy");
    }

    /** int64 6x3, of the reference 4x3: see {@link PreparedMeta}. */
    Path meta() {
        return folder.resolve(id + "_meta.npy");
    }

    /** uint8 [1][z][y][x] in the scan's grid */
    Path originalLabel() {
        return folder.resolve(id + "_orig_lbl.npy");
    }

    /** Where the classes are: see {@link LabelIndex}. */
    Path index() {
        return folder.resolve(id + "_index.npy");
    }
}
