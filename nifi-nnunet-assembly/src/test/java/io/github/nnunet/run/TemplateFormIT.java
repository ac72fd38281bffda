/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every template against the manifests of the NARs in the assembly, without a NiFi that runs. */
class TemplateFormIT {
    private static final Path HOME = Path.of(System.getProperty("nnunet.home"));
    private static final Pattern PARAMETER = Pattern.compile("#\\{'?([^}']+)'?}");
    private static final String OURS = "io.github.nnunet.";
    /** Their properties of any name are relationships. */
    private static final Set<String> ROUTERS = Set.of("org.apache.nifi.processors.standard.RouteOnAttribute", "org.apache.nifi.processors.standard.RouteText");

    /** Of FetchCase, CollectDataset and ComputeDice. */
    private static final List<String> LABEL_FILES = List.of("Label File", "Original Label File", "Reference Label File");

    /** Relationships that are there only if a property has a value. */
    private static final List<Condition> CONDITIONS = List.of(
            new Condition("org.apache.nifi.processors.attributes.UpdateAttribute", "Store State", "Store state locally", "set state fail"),
            new Condition("io.github.nnunet.nifi.processors.ComputeDice", "Case Scores", "content", "scores"),
            new Condition("io.github.nnunet.nifi.processors.SlidingWindowPredict", "Preview", "true", "preview"));

    private static Map<String, ExtensionForm> forms;

    /** A relationship of a type, and what makes it exist. */
    private record Condition(String type, String property, String value, String relationship) {
    }

    @BeforeAll
    static void readManifests() throws Exception {
        forms = ExtensionForm.inNars(Installation.under(HOME).nifi().resolve("lib"));
    }

    private static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("templates"))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void everyComponentAndItsPropertiesExist(final Path template) throws IOException {
        final List<String> faults = new ArrayList<>();
        for (final JsonNode component : components(contents(template))) {
            final String name = component.path("name").asText();
            final ExtensionForm form = forms.get(component.path("type").asText());
            if (form == null) {
                faults.add("%s: no NAR has %s".formatted(name, component.path("type").asText()));
                continue;
            }

            component.path("properties").properties().forEach(entry -> {
                final ExtensionForm.Property property = form.properties().get(entry.getKey());
                final String value = entry.getValue().asText();
                if (property == null && !form.dynamic()) {
                    faults.add("%s has no property %s".formatted(name, entry.getKey()));
                } else if (property != null && !property.values().isEmpty() && !value.contains("#{") && !property.values().contains(value)) {
                    faults.add("%s: %s cannot be %s".formatted(name, entry.getKey(), value));
                }
            });
            form.properties().forEach((key, property) -> {
                if (property.required() && !property.dependent() && property.defaultValue().isEmpty() && !component.path("properties").has(key)) {
                    faults.add("%s needs %s".formatted(name, key));
                }
            });
        }

        assertEquals(List.of(), faults);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void everyRelationshipGoesSomewhereAndNoFailureOfOursIsDropped(final Path template) throws IOException {
        final JsonNode flow = contents(template);
        final Map<String, Set<String>> connected = new HashMap<>();
        for (final JsonNode connection : flow.path("connections")) {
            connection.path("selectedRelationships").forEach(relationship ->
                    connected.computeIfAbsent(connection.path("source").path("id").asText(), source -> new TreeSet<>()).add(relationship.asText()));
        }

        final List<String> faults = new ArrayList<>();
        for (final JsonNode processor : flow.path("processors")) {
            final String name = processor.path("name").asText();
            final Set<String> ended = new TreeSet<>();
            processor.path("autoTerminatedRelationships").forEach(relationship -> ended.add(relationship.asText()));
            final Set<String> handled = new TreeSet<>(connected.getOrDefault(processor.path("identifier").asText(), Set.of()));
            handled.addAll(ended);
            final Set<String> there = relationships(processor);
            if (!handled.equals(there)) {
                faults.add("%s has the relationships %s, and the flow knows %s".formatted(name, there, handled));
            }

            if (processor.path("type").asText().startsWith(OURS) && ended.contains("failure")) {
                faults.add(name + " drops its failures");
            }
        }

        assertEquals(List.of(), faults);
    }

    private static Set<String> relationships(final JsonNode processor) {
        final ExtensionForm form = forms.get(processor.path("type").asText());
        final Set<String> relationships = new TreeSet<>(form.relationships());
        if (ROUTERS.contains(form.type())) {
            processor.path("properties").fieldNames().forEachRemaining(name -> {
                if (!form.properties().containsKey(name)) {
                    relationships.add(name);
                }
            });
        }

        for (final Condition condition : CONDITIONS) {
            if (condition.type().equals(form.type()) && processor.path("properties").path(condition.property()).asText().equals(condition.value())) {
                relationships.add(condition.relationship());
            }
        }

        return relationships;
    }

    @ParameterizedTest
    @MethodSource("templates")
    void everyParameterIsDescribedAndUsedAndNoOtherIsAskedFor(final Path template) throws IOException {
        final JsonNode flow = contents(template);
        final JsonNode context = new ObjectMapper().readTree(template.toFile()).path("parameterContexts").path(flow.path("parameterContextName").asText());
        final Set<String> described = new TreeSet<>();
        for (final JsonNode parameter : context.path("parameters")) {
            assertTrue(parameter.path("description").asText().endsWith("."), () -> parameter.path("name").asText() + " has no sentence that describes it");
            described.add(parameter.path("name").asText());
        }

        final Set<String> used = new TreeSet<>();
        for (final JsonNode component : components(flow)) {
            for (final JsonNode value : component.path("properties")) {
                final Matcher matcher = PARAMETER.matcher(value.asText());
                while (matcher.find()) {
                    used.add(matcher.group(1));
                }
            }
        }

        assertEquals(described, used);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void labelFilesAreReadWithOneMapping(final Path template) throws IOException {
        final JsonNode flow = contents(template);
        final Set<String> mappings = new TreeSet<>();
        for (final JsonNode processor : flow.path("processors")) {
            final ExtensionForm.Property mapping = forms.get(processor.path("type").asText()).properties().get("Label Mapping");
            final JsonNode properties = processor.path("properties");
            if (mapping != null && LABEL_FILES.stream().anyMatch(properties::has)) {
                mappings.add(properties.path("Label Mapping").asText(mapping.defaultValue().orElse("")));
            }
        }

        assertTrue(mappings.size() <= 1, mappings::toString);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void connectionsJoinWhatIsThereAndHoldBack(final Path template) throws IOException {
        final JsonNode flow = contents(template);
        final Set<String> places = new HashSet<>();
        for (final String kind : List.of("processors", "funnels")) {
            flow.path(kind).forEach(place -> assertTrue(places.add(place.path("identifier").asText()), () -> "Twice: " + place.path("identifier")));
        }

        final Set<String> joined = new HashSet<>();
        final Set<String> names = new HashSet<>();
        for (final JsonNode connection : flow.path("connections")) {
            assertTrue(names.add(connection.path("identifier").asText()), () -> "Twice: " + connection.path("identifier"));
            assertTrue(connection.path("backPressureObjectThreshold").asInt() > 0, connection.path("identifier")::asText);
            assertFalse(connection.path("backPressureDataSizeThreshold").asText().isEmpty(), connection.path("identifier")::asText);
            joined.add(connection.path("source").path("id").asText());
            joined.add(connection.path("destination").path("id").asText());
        }

        assertEquals(places, joined);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void labelsExplainTheStages(final Path template) throws IOException {
        final JsonNode labels = contents(template).path("labels");

        assertTrue(labels.size() >= 2, () -> "%d labels".formatted(labels.size()));
        labels.forEach(label -> assertFalse(label.path("label").asText().isBlank()));
    }

    private static JsonNode contents(final Path template) throws IOException {
        return new ObjectMapper().readTree(template.toFile()).path("flowContents");
    }

    private static List<JsonNode> components(final JsonNode flow) {
        final List<JsonNode> components = new ArrayList<>();
        flow.path("processors").forEach(components::add);
        flow.path("controllerServices").forEach(components::add);
        return components;
    }
}
