/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds a Python that has what the peers need. */
final class PythonPeer {
    /** Of Debian and Ubuntu. */
    private static final List<String> PACKAGES = List.of("python3-torch", "python3-skimage", "python3-scipy", "python3-nibabel");
    private static final String CHECK = "import torch, skimage, scipy, nibabel";

    private PythonPeer() {
    }

    /**
     * @param wanted   the interpreter that the user named
     * @param installs whether the user allowed packages to be installed
     * @param notices  told what is missing and what helps
     * @return empty if there is none
     */
    static Optional<Path> find(final Optional<Path> wanted, final boolean installs, final PrintStream notices) throws IOException, InterruptedException {
        final List<Path> candidates = wanted.map(List::of).orElseGet(PythonPeer::usual);
        final Optional<Path> found = firstWithLibraries(candidates);
        if (found.isPresent()) {
            return found;
        }

        if (installs && run(aptGet(List.of("install", "-y", "--no-install-recommends"), PACKAGES), true)) {
            return firstWithLibraries(candidates);
        }

        notices.printf("There is no peer: no python3 here has torch, skimage, scipy and nibabel. On Debian and Ubuntu:%n    apt-get install %s%n"
                + "or let this command do it, as root, with --install-peers. --python names another interpreter.%n", String.join(" ", PACKAGES));
        return Optional.empty();
    }

    /** The system's own first: it is the one that has the system's packages. */
    private static List<Path> usual() {
        final List<Path> candidates = new ArrayList<>(List.of(Path.of("/usr/bin/python3")));
        for (final String folder : Optional.ofNullable(System.getenv("PATH")).orElse("").split(":")) {
            candidates.add(Path.of(folder, "python3"));
        }

        return candidates.stream().distinct().filter(Files::isExecutable).toList();
    }

    private static Optional<Path> firstWithLibraries(final List<Path> candidates) throws IOException, InterruptedException {
        for (final Path candidate : candidates) {
            if (run(List.of(candidate.toString(), "-c", CHECK), false)) {
                return Optional.of(candidate);
            }
        }

        return Optional.empty();
    }

    private static List<String> aptGet(final List<String> action, final List<String> packages) {
        final List<String> command = new ArrayList<>(List.of("apt-get"));
        command.addAll(action);
        command.addAll(packages);
        return command;
    }

    private static boolean run(final List<String> command, final boolean isShown) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(isShown ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.DISCARD);
        try {
            return builder.start().waitFor() == 0;
        } catch (final IOException absent) {
            return false;
        }
    }
}
