/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;

class NativeEnvironmentTest {
    private static final Path LAUNCHER = Path.of("..", "nnunet");
    private static final Pattern EXPORT = Pattern.compile("^export (\\w+)=(.*)$", Pattern.MULTILINE);

    @Test
    void theLauncherExportsTheSameVariables() throws IOException {
        final Map<String, String> exported = new HashMap<>();
        final Matcher exports = EXPORT.matcher(Files.readString(LAUNCHER));
        while (exports.find()) {
            exported.put(exports.group(1), exports.group(2));
        }

        assertEquals(NativeEnvironment.VARIABLES, exported);
    }
}
