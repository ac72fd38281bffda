/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchOptionsTest {
    private static final int PROCESSORS = 8;

    private static BenchOptions parse(final String... arguments) {
        return BenchOptions.parse(List.of(arguments), PROCESSORS);
    }

    @Test
    void withoutOptionsEverythingIsMeasuredOnOneThreadAndOnAll() {
        final BenchOptions options = parse();

        assertEquals(List.of(1, PROCESSORS), options.threads());
        assertEquals(5, options.repetitions());
        assertTrue(options.rows().matcher("restore/4-classes").find());
        assertFalse(options.isQuick() || options.isKernels() || options.isListing() || options.installsPeer());
        assertEquals(Optional.empty(), options.python());
        assertEquals(Path.of("bench.json").toAbsolutePath(), options.json());
    }

    @Test
    void optionsSayWhatIsMeasured() {
        final BenchOptions options = parse("--rows", "forward/64|train", "--threads", "2, 2,all", "--repeats", "3", "--quick", "--python", "/opt/python3", "--json", "figures.json", "--list",
                "--install-peers");

        assertTrue(options.rows().matcher("train/64").find());
        assertFalse(options.rows().matcher("crop").find());
        assertEquals(List.of(2, PROCESSORS), options.threads());
        assertEquals(3, options.repetitions());
        assertEquals(Optional.of(Path.of("/opt/python3")), options.python());
        assertEquals("figures.json", options.json().getFileName().toString());
        assertTrue(options.isQuick() && options.isListing() && options.installsPeer());
    }

    @Test
    void kernelsHaveAFileOfTheirOwn() {
        final BenchOptions options = parse("--kernels", "--rows", "spline");

        assertTrue(options.isKernels());
        assertEquals("bench-kernels.json", options.json().getFileName().toString());
        assertEquals("figures.json", parse("--kernels", "--json", "figures.json").json().getFileName().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fast", "--rows", "--rows [", "--threads 0", "--threads some", "--repeats -1", "--repeats"})
    void wrongOptionsAreRefusedWithASentence(final String line) {
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> BenchOptions.parse(Arrays.asList(line.split(" ")), PROCESSORS));

        assertTrue(refused.getMessage().contains(line.split(" ")[0]), refused.getMessage());
    }
}
