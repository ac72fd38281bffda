/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What figures hold for. */
final class MachineFacts {
    private MachineFacts() {
    }

    static Map<String, String> read() throws IOException {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", linuxValue(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", linuxValue(Path.of("/proc/meminfo"), "MemTotal", "unknown"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        return facts;
    }

    private static String linuxValue(final Path file, final String name, final String otherwise) throws IOException {
        if (!Files.exists(file)) {
            return otherwise;
        }

        return Files.readAllLines(file).stream().filter(line -> line.startsWith(name)).map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(otherwise);
    }
}
