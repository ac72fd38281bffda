/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the parts of a build are.
 *
 * @param nifi      the folder with NiFi's conf and lib
 * @param templates the folder with the flow definitions
 */
public record Installation(Path nifi, Path templates) {

    /**
     * @param home the top folder of this project
     * @throws RunException if it is not built
     */
    public static Installation under(final Path home) throws RunException {
        final Path nifi = home.resolve("nifi-nnunet-assembly/target/nifi");
        if (!Files.isDirectory(nifi.resolve("lib"))) {
            throw new RunException("There is no NiFi in %s: build it with ./nnunet build".formatted(nifi));
        }

        return new Installation(nifi, home.resolve("templates"));
    }

    /** @return the flow that trains on a dataset and scores the result */
    public Path trainAndEvaluate() {
        return templates.resolve("train-and-evaluate.json");
    }
}
