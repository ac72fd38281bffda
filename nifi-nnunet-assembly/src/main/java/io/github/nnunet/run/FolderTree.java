/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder and all that is in it. */
public final class FolderTree {

    private FolderTree() {
    }

    /**
     * Deletes the folder. Links are deleted, and not what they lead to.
     *
     * @throws IOException if it is not there, or something in it cannot be deleted; what was deleted by then is gone
     */
    public static void delete(final Path folder) throws IOException {
        final List<Path> paths;
        try (Stream<Path> tree = Files.walk(folder)) {
            paths = tree.sorted(Comparator.reverseOrder()).toList();
        }

        for (final Path path : paths) {
            Files.delete(path);
        }
    }
}
