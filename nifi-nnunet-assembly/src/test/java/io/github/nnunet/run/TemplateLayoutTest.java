/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** On the canvas, nothing of a template hides something else of it. */
class TemplateLayoutTest {
    private static final Path TEMPLATES = Path.of("..", "templates");

    private static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.list(TEMPLATES)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void nothingLiesOverSomethingElse(final Path template) throws IOException {
        final Map<String, CanvasBox> boxes = boxes(new ObjectMapper().readTree(template.toFile()).path("flowContents"));
        assertFalse(boxes.isEmpty());

        final List<String> names = List.copyOf(boxes.keySet());
        final List<String> faults = new ArrayList<>();
        for (int one = 0; one < names.size(); one++) {
            for (final String other : names.subList(0, one)) {
                if (boxes.get(names.get(one)).overlaps(boxes.get(other))) {
                    faults.add("%s and %s".formatted(other, names.get(one)));
                }
            }
        }

        assertEquals(List.of(), faults);
    }

    /** @return what is seen, by a name for it */
    private static Map<String, CanvasBox> boxes(final JsonNode flow) {
        final Map<String, CanvasBox> boxes = new LinkedHashMap<>();
        final Map<String, String> names = new HashMap<>();
        for (final JsonNode processor : flow.path("processors")) {
            names.put(processor.path("identifier").asText(), processor.path("name").asText());
            boxes.put(processor.path("name").asText(), CanvasBox.processor(processor));
        }

        for (final JsonNode funnel : flow.path("funnels")) {
            names.put(funnel.path("identifier").asText(), "funnel " + funnel.path("identifier").asText());
            boxes.put("funnel " + funnel.path("identifier").asText(), CanvasBox.funnel(funnel));
        }

        for (final JsonNode label : flow.path("labels")) {
            boxes.put("label " + label.path("label").asText().lines().findFirst().orElseThrow(), CanvasBox.label(label));
        }

        for (final JsonNode connection : flow.path("connections")) {
            final String source = names.get(connection.path("source").path("id").asText());
            final String destination = names.get(connection.path("destination").path("id").asText());
            boxes.put("%s %s to %s".formatted(source, connection.path("selectedRelationships"), destination),
                    CanvasBox.connection(connection, boxes.get(source), boxes.get(destination)));
        }

        return boxes;
    }
}
