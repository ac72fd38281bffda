/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EpochLogTest {

    @TempDir
    private Path folder;

    @Test
    void eachEpochIsALineOfDllogger() throws IOException {
        final TrainingJob job = new TrainingJob(Path.of("d"), folder, 1, List.of("a"), List.of("b"), TrainingSettings.defaults());
        final EpochReport scored = new EpochReport(1, 10, 104, 0.5, true, List.of(new ClassDice("Anterior", 0.8), new ClassDice("Posterior", 0.6)), 0.7, true, 0.7, 1,
                8e-4, 60, 5, 60, 540, TrainingEnd.NOT_YET);
        final EpochReport unscored = new EpochReport(2, 10, 208, 0.4, false, List.of(), 0, false, 0.7, 1, 8e-4, 55, 0, 115, 460, TrainingEnd.NOT_YET);
        final Path file = folder.resolve("logs.json");
        EpochLog.write(file, job, TrainingState.beginning().after(scored, 60_000).after(unscored, 120_500));

        final List<JsonNode> lines = new ArrayList<>();
        for (final String line : Files.readAllLines(file)) {
            assertTrue(line.startsWith("DLLL "));
            lines.add(new ObjectMapper().readTree(line.substring("DLLL ".length())));
        }

        assertEquals(3, lines.size());
        assertEquals("PARAMETER", lines.get(0).get("step").textValue());
        assertEquals(1, lines.get(0).get("data").get("fold").intValue());
        assertEquals("60.000000", lines.get(1).get("elapsedtime").textValue());
        assertEquals(70, lines.get(1).get("data").get("Dice").doubleValue(), 1e-9);
        assertEquals(60, lines.get(1).get("data").get("D2").doubleValue(), 1e-9);
        assertEquals(1, lines.get(2).get("step").get(0).intValue());
        assertEquals("1970-01-01T00:02:00.500Z", lines.get(2).get("datetime").textValue());
        assertFalse(lines.get(2).get("data").has("Dice"));
    }
}
