/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every component that NiFi is offered says what it is and does. */
class ComponentDocumentationTest {
    private static final Pattern SETTING = Pattern.compile("^(?:Set |Leave )?\"([^\"]+)\"(?=:| to | at )", Pattern.MULTILINE);
    private static final Pattern CONNECTION = Pattern.compile("^Connect \"([^\"]+)\"(?! of)(?! and)", Pattern.MULTILINE);

    static Stream<ConfigurableComponent> components() {
        return Stream.concat(
                ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::get).filter(ComponentDocumentationTest::isOurs),
                ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::get).filter(ComponentDocumentationTest::isOurs));
    }

    static Stream<Processor> processors() {
        return ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::get).filter(ComponentDocumentationTest::isOurs);
    }

    private static boolean isOurs(final Object component) {
        return component.getClass().getPackageName().startsWith("io.github.nnunet");
    }

    @ParameterizedTest
    @MethodSource("components")
    void everyComponentIsDescribedAndFound(final ConfigurableComponent component) {
        assertNotNull(component.getClass().getAnnotation(CapabilityDescription.class));
        assertTrue(component.getClass().getAnnotation(Tags.class).value().length > 3);
    }

    @ParameterizedTest
    @MethodSource("components")
    void everyPropertyIsDescribedInASentence(final ConfigurableComponent component) {
        for (final PropertyDescriptor property : component.getPropertyDescriptors()) {
            final String description = property.getDescription();
            assertTrue(description != null && description.endsWith("."), "%s: %s".formatted(property.getName(), description));
            assertEquals(property.getName(), property.getDisplayName());
        }
    }

    @ParameterizedTest
    @MethodSource("components")
    void everyComponentHasAPageOfItsOwn(final ConfigurableComponent component) throws IOException {
        final String page = "docs/%s/additionalDetails.md".formatted(component.getClass().getName());
        try (InputStream in = component.getClass().getClassLoader().getResourceAsStream(page)) {
            assertNotNull(in, page);
            assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).startsWith("# " + component.getClass().getSimpleName()), page);
        }
    }

    @ParameterizedTest
    @MethodSource("processors")
    void everyProcessorHasAUseCaseAndItsNeighbours(final Processor processor) {
        final UseCase[] alone = processor.getClass().getAnnotationsByType(UseCase.class);
        final MultiProcessorUseCase[] together = processor.getClass().getAnnotationsByType(MultiProcessorUseCase.class);
        assertTrue(alone.length + together.length > 0);
        assertTrue(processor.getClass().getAnnotation(SeeAlso.class).value().length > 0);
        for (final UseCase useCase : alone) {
            assertTrue(useCase.keywords().length > 0);
            assertNamesExist(processor, useCase.configuration());
        }

        for (final MultiProcessorUseCase useCase : together) {
            assertTrue(useCase.keywords().length > 0);
            assertEquals(processor.getClass(), useCase.configurations()[useCase.configurations().length - 1].processorClass());
            for (final ProcessorConfiguration configuration : useCase.configurations()) {
                processors().filter(other -> other.getClass().equals(configuration.processorClass())).forEach(other -> assertNamesExist(other, configuration.configuration()));
            }
        }
    }

    /** What a use case tells to set or to connect is there. */
    private static void assertNamesExist(final Processor processor, final String configuration) {
        final Set<String> properties = processor.getPropertyDescriptors().stream().map(PropertyDescriptor::getName).collect(Collectors.toSet());
        final Matcher settings = SETTING.matcher(configuration);
        while (settings.find()) {
            assertTrue(properties.contains(settings.group(1)), settings.group(1));
        }

        final Set<String> relationships = processor.getRelationships().stream().map(Relationship::getName).collect(Collectors.toSet());
        final Matcher connections = CONNECTION.matcher(configuration);
        while (connections.find()) {
            assertTrue(relationships.contains(connections.group(1)), connections.group(1));
        }
    }

    @ParameterizedTest
    @MethodSource("processors")
    void everyProcessorSaysWhatItTakesAndGives(final Processor processor) {
        assertNotNull(processor.getClass().getAnnotation(InputRequirement.class));
        for (final Relationship relationship : processor.getRelationships()) {
            assertEquals(relationship.getName().toLowerCase(Locale.ROOT), relationship.getName());
            assertTrue(relationship.getDescription().length() > 10);
        }
    }
}
