/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Something that is wrong with a dataset.
 *
 * @param problem what kind of thing
 * @param files   all files it is about
 * @param message a sentence or two: the fact and the remedy
 */
public record DatasetFinding(DatasetProblem problem, List<Path> files, String message) {

    public DatasetFinding {
        Objects.requireNonNull(problem, "problem");
        Objects.requireNonNull(message, "message");
        files = List.copyOf(files);
    }
}
