/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What memory this process has, libtorch's included, which Java's own figures leave out. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final long KIBIBYTE = 1024;

    private ProcessMemory() {
    }

    /** @return bytes of memory in use; empty where the system does not tell, which only Linux does */
    public static OptionalLong residentBytes() {
        try {
            final Matcher resident = RESIDENT.matcher(Files.readString(STATUS));
            return resident.find() ? OptionalLong.of(Long.parseLong(resident.group(1)) * KIBIBYTE) : OptionalLong.empty();
        } catch (final IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
