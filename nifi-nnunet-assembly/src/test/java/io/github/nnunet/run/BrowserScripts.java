/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The scripts in src/test/browser: node runs them, and they drive a Chromium without a window. */
final class BrowserScripts {
    private static final Path FOLDER = Path.of("src/test/browser").toAbsolutePath();
    private static final Path PICTURES = Path.of("target/browser").toAbsolutePath();
    private static final long MINUTES = 15;

    private final String npm;
    private final String node;
    private final String chromium;

    private BrowserScripts(final String npm, final String node, final String chromium) {
        this.npm = npm;
        this.node = node;
        this.chromium = chromium;
    }

    /** Finds what they need, and skips the test with a word where something is missing. */
    static BrowserScripts orSkip() throws IOException, InterruptedException {
        final BrowserScripts scripts = new BrowserScripts(program("npm"), program("node"), program("chromium", "chromium-browser", "google-chrome"));
        scripts.installPackages();
        return scripts;
    }

    private static String program(final String... names) {
        final Optional<Path> found = Stream.of(names).flatMap(BrowserScripts::onThePath).findFirst();
        assumeTrue(found.isPresent(), () -> "There is no %s on the PATH: nothing is tried in a browser".formatted(String.join(" or ", names)));
        return found.get().toString();
    }

    private static Stream<Path> onThePath(final String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)).filter(Files::isExecutable);
    }

    private void installPackages() throws IOException, InterruptedException {
        final Path installed = FOLDER.resolve("node_modules/.package-lock.json");
        final FileTime wanted = Files.getLastModifiedTime(FOLDER.resolve("package-lock.json"));
        if (Files.exists(installed) && Files.getLastModifiedTime(installed).compareTo(wanted) >= 0) {
            return;
        }

        final Path log = log("npm");
        final int status = run(List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"), Map.of(), log);
        assumeTrue(status == 0, () -> "npm cannot install playwright-core (see %s): nothing is tried in a browser".formatted(log));
    }

    /**
     * Runs a script as a test. Its pictures go to target/browser.
     *
     * @param name     of the file, without .test.js
     * @param settings what the script is told: see browser.js
     */
    void test(final String name, final NifiInstance nifi, final Map<String, String> settings) throws IOException, InterruptedException {
        final Path log = log(name);
        final List<String> command = new ArrayList<>(List.of(node, "--test", "--test-reporter=spec", FOLDER.resolve(name + ".test.js").toString()));
        final String server = nifi.userInterface().resolve("/").toString();
        final int status = run(command, merged(settings, Map.of("NIFI_URL", server, "PICTURES", PICTURES.toString(), "CHROMIUM", chromium)), log);
        final String output = Files.readString(log);
        assertEquals(0, status, output);
        assertTrue(output.contains("pass "), output);
    }

    /** @return a picture that a script has taken */
    Path picture(final String name) {
        return PICTURES.resolve(name + ".png");
    }

    private static Map<String, String> merged(final Map<String, String> one, final Map<String, String> other) {
        final Map<String, String> all = new HashMap<>(one);
        all.putAll(other);
        return all;
    }

    private static Path log(final String name) throws IOException {
        return Files.createDirectories(PICTURES).resolve(name + ".log");
    }

    private static int run(final List<String> command, final Map<String, String> environment, final Path log) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        final Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return -1;
        }

        return process.exitValue();
    }
}
