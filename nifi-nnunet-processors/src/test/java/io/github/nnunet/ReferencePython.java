/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The system's Python, as the other side of files that both read. Tests skip, saying so, where it lacks what they need. */
public final class ReferencePython {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path SCRIPTS = Path.of("src/test/reference");

    private ReferencePython() {
    }

    /** @param modules that the script imports */
    public static void require(final String... modules) throws IOException, InterruptedException {
        final String imports = "import " + String.join(", ", modules);
        Assumptions.assumeTrue(Files.isExecutable(PYTHON) && start(List.of("-c", imports)).waitFor() == 0, () -> "There is no Python here that can " + imports);
    }

    /** @return what a script of src/test/reference prints */
    public static String run(final String script, final Path... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
        for (final Path argument : arguments) {
            command.add(argument.toString());
        }

        final Process process = start(command);
        try (InputStream in = process.getInputStream()) {
            final String output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
            assertEquals(0, process.exitValue(), output);
            return output;
        }
    }

    private static Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(PYTHON.toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
