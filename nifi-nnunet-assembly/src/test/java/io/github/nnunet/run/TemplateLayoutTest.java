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

/** On the canvas, nothing of a template hides something else of it, and no connection runs over what it does not join. */
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
        final JsonNode flow = flow(template);
        final Map<String, CanvasBox> boxes = boxes(flow);
        boxes.putAll(connectionNames(flow, boxes));
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

    @ParameterizedTest
    @MethodSource("templates")
    void noConnectionRunsOverSomethingElse(final Path template) throws IOException {
        final JsonNode flow = flow(template);
        final Map<String, CanvasBox> boxes = boxes(flow);
        final Map<String, String> names = names(flow);
        final List<String> faults = new ArrayList<>();
        for (final JsonNode connection : flow.path("connections")) {
            final String source = names.get(connection.path("source").path("id").asText());
            final String destination = names.get(connection.path("destination").path("id").asText());
            final CanvasLine line = CanvasLine.of(connection, source, boxes.get(source), destination, boxes.get(destination));
            boxes.forEach((name, box) -> {
                if (line.crosses(name, box)) {
                    faults.add("%s %s to %s: %s".formatted(source, connection.path("selectedRelationships"), destination, name));
                }
            });
        }

        assertEquals(List.of(), faults);
    }

    private static JsonNode flow(final Path template) throws IOException {
        return new ObjectMapper().readTree(template.toFile()).path("flowContents");
    }

    /** @return a name for each thing that connections join, by its identifier */
    private static Map<String, String> names(final JsonNode flow) {
        final Map<String, String> names = new HashMap<>();
        flow.path("processors").forEach(processor -> names.put(processor.path("identifier").asText(), processor.path("name").asText()));
        flow.path("funnels").forEach(funnel -> names.put(funnel.path("identifier").asText(), "funnel " + funnel.path("identifier").asText()));
        return names;
    }

    /** @return processors, funnels and labels, by a name for them */
    private static Map<String, CanvasBox> boxes(final JsonNode flow) {
        final Map<String, CanvasBox> boxes = new LinkedHashMap<>();
        for (final JsonNode processor : flow.path("processors")) {
            boxes.put(processor.path("name").asText(), CanvasBox.processor(processor));
        }

        for (final JsonNode funnel : flow.path("funnels")) {
            boxes.put("funnel " + funnel.path("identifier").asText(), CanvasBox.funnel(funnel));
        }

        for (final JsonNode label : flow.path("labels")) {
            boxes.put("label " + label.path("label").asText().lines().findFirst().orElseThrow(), CanvasBox.label(label));
        }

        return boxes;
    }

    /** @return where the names of connections are seen */
    private static Map<String, CanvasBox> connectionNames(final JsonNode flow, final Map<String, CanvasBox> joined) {
        final Map<String, CanvasBox> boxes = new LinkedHashMap<>();
        final Map<String, String> names = names(flow);
        for (final JsonNode connection : flow.path("connections")) {
            final String source = names.get(connection.path("source").path("id").asText());
            final String destination = names.get(connection.path("destination").path("id").asText());
            boxes.put("%s %s to %s".formatted(source, connection.path("selectedRelationships"), destination),
                    CanvasBox.connection(connection, joined.get(source), joined.get(destination)));
        }

        return boxes;
    }
}
