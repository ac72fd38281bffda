/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ModelPathsTest {
    @TempDir
    private Path folder;

    @Test
    void pathsAreSeparatedByLinesOrCommasOrAJsonArray() throws CaseException, IOException {
        final List<Path> expected = List.of(Path.of("/a/one.pt"), Path.of("/b/two.pt"));
        assertEquals(expected, ModelPaths.parse("/a/one.pt\n/b/two.pt\n", "case"));
        assertEquals(expected, ModelPaths.parse(" /a/one.pt, /b/two.pt ,/a/one.pt", "case"));
        assertEquals(expected, ModelPaths.parse("[\"/a/one.pt\", \"/b/two.pt\"]", "case"));
        assertEquals(List.of(Path.of("/a/one, two.pt")), ModelPaths.parse("[\"/a/one, two.pt\"]", "case"));
        assertEquals(List.of(), ModelPaths.parse(" \n", "case"));
    }

    @Test
    void wildcardsStandForTheFilesThereAreInOrder() throws CaseException, IOException {
        for (final String name : List.of("fold1/best.pt", "fold0/best.pt", "fold0/last.pt", "fold0/deeper/best.pt")) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), name);
        }

        assertEquals(List.of(folder.resolve("fold0/best.pt"), folder.resolve("fold1/best.pt")), ModelPaths.parse(folder + "/fold?/best.pt", "case"));
        assertEquals(List.of(folder.resolve("fold0/best.pt"), folder.resolve("fold0/last.pt")), ModelPaths.parse(folder + "/fold0/*.pt", "case"));
    }

    @Test
    void wildcardsThatFitNothingAreSaid() {
        final CaseException fault = assertThrows(CaseException.class, () -> ModelPaths.parse(folder + "/nowhere/*.pt", "case"));
        assertTrue(fault.getMessage().contains("nowhere"), fault.getMessage());
    }

    @Test
    void whatIsWrittenIsRead() throws CaseException, IOException {
        final List<Path> several = List.of(Path.of("/a/one, two.pt"), Path.of("/b/two.pt"));
        assertEquals(several, ModelPaths.parse(ModelPaths.write(several), "case"));
        assertEquals("/a/one.pt", ModelPaths.write(List.of(Path.of("/a/one.pt"))));
    }
}
