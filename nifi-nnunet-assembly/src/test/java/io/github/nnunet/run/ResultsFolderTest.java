/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResultsFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderThatIsNotThereHasNoProgress() throws IOException {
        final ResultsFolder results = new ResultsFolder(folder.resolve("new"));

        assertFalse(results.isUsed());
        assertEquals(new Progress(0, Optional.empty(), 0, 0, false, 0, false, 0), results.progress(Map.of()));
    }

    @Test
    void filesAndCountersSayHowFarARunHasCome() throws IOException {
        write("prepared/a_x.npy", "");
        write("prepared/a_y.npy", "");
        write("models/model-fold-0.pt", "");
        write("segmentations/a.nii.gz", "");
        write("segmentations/.b.nii.gz", "being written");
        write("dice.json", "{\"mean\": {\"dice\": 0.75}}");
        final ResultsFolder results = new ResultsFolder(folder);

        assertTrue(results.isUsed());
        assertEquals(new Progress(1, Optional.empty(), 12, 4, true, 1, true, 0), results.progress(Map.of("Training Steps", 12L, "Validated Cases", 4L)));
        assertEquals(0.75, results.meanDice());
    }

    @Test
    void reportsOfTheFoldsThatWereTrainedAreFound() throws IOException {
        write("fold-1/report.html", "");
        write("fold-0/report.html", "");
        Files.createDirectories(folder.resolve("fold-2"));
        final ResultsFolder results = new ResultsFolder(folder);

        assertEquals(List.of(results.report(0), results.report(1)), results.reports());
    }

    @Test
    void failureReportsAreRead() throws IOException {
        write("failed/a-1.json", "{\"nnunet.case.id\": \"a\", \"nnunet.error\": \"The file is cut off.\"}");

        assertEquals(List.of(new FailureReport("a", "The file is cut off.")), new ResultsFolder(folder).failures());
    }

    private void write(final String name, final String content) throws IOException {
        final Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
