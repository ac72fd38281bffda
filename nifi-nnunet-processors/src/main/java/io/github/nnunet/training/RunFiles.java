/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.nio.file.Path;

/**
 * The files of a run.
 *
 * @param folder the run folder
 */
record RunFiles(Path folder) {

    /** The checkpoint to go on from. */
    Path last() {
        return folder.resolve("last.pt");
    }

    /** The model file with the best score. */
    Path best() {
        return folder.resolve("best.pt");
    }

    /** What was taken over from another model. */
    Path transfer() {
        return folder.resolve("transfer.json");
    }

    Path log() {
        return folder.resolve("logs.json");
    }
}
