/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of real volumes and golden values beside the repository. Tests that want it are skipped where it is absent. */
public final class SharedFolder {
    private static final String PROPERTY = "nnunet.shared";

    private SharedFolder() {
    }

    /**
     * @param relative path of a file or folder in the shared folder
     * @return where it is; if it is not there, the test that asks is skipped
     */
    public static Path require(final String relative) {
        final String folder = System.getProperty(PROPERTY);
        Assumptions.assumeTrue(folder != null, "The system property %s does not say where the shared folder is".formatted(PROPERTY));
        final Path path = Path.of(folder).resolve(relative).normalize();
        Assumptions.assumeTrue(Files.exists(path), "There is no %s: this test needs the shared folder".formatted(path));
        return path;
    }
}
