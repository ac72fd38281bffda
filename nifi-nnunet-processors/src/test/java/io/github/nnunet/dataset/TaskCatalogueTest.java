/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TaskCatalogueTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void patchesAndSpacingsAreThoseOfTheReference(final int dimensions) throws IOException {
        final JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/golden/task_configurations.json")) {
            golden = new ObjectMapper().readTree(in);
        }

        final int tasks = dimensions == 3 ? 12 : 10;
        for (int number = 1; number <= tasks; number++) {
            final TaskCatalogue.Task task = TaskCatalogue.find(Integer.toString(number), dimensions).orElseThrow();
            final JsonNode expected = golden.get("%02d_%dd".formatted(number, dimensions));
            for (int axis = 3 - dimensions; axis < 3; axis++) {
                final int index = axis - (3 - dimensions);
                assertEquals(expected.get("patch_size").get(index).intValue(), task.patch().size(axis), task.name());
                assertEquals(expected.get("spacings").get(index).doubleValue(), task.spacing().orElseThrow().along(axis), task.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"04", "4", "004", "Task04", "task4", "Task04_Hippocampus", "Dataset004_Hippocampus", "' 04 '"})
    void aTaskIsFoundByItsNumber(final String name) {
        assertEquals("Task04_Hippocampus", TaskCatalogue.find(name, 3).orElseThrow().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99", "Hippocampus", "5_ss_shared", "Task", "Task_04", "04a", "-4"})
    void otherNamesAreNotTasks(final String name) {
        assertEquals(Optional.empty(), TaskCatalogue.find(name, 3));
    }

    @Test
    void ctTasksHaveStatisticsAndOthersDoNot() {
        TaskCatalogue.all(3).forEach(task -> assertEquals(task.modality() == Modality.CT, task.ctStatistics().isPresent(), task.name()));
        assertEquals(Optional.of(new CtStatistics(-17, 201, 99.4, 39.36)), TaskCatalogue.find("03", 2).orElseThrow().ctStatistics());
    }

    @Test
    void tasksOfTheForkAreKnownIn3D() {
        assertEquals(new Shape(128, 128, 128), TaskCatalogue.find("31.2", 3).orElseThrow().patch());
        assertEquals(Optional.empty(), TaskCatalogue.find("13", 2));
        assertTrue(TaskCatalogue.find("22", 3).orElseThrow().spacing().isEmpty());
    }

    @Test
    void twoDimensionalPatchesHaveDepthOne() {
        TaskCatalogue.all(2).forEach(task -> assertEquals(1, task.patch().depth(), task.name()));
    }
}
