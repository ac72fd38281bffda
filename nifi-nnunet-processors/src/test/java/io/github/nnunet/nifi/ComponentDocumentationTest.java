/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
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
import java.util.stream.Stream;

/** Every component that NiFi is offered says what it is and does. */
class ComponentDocumentationTest {

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
    void everyProcessorSaysWhatItTakesAndGives(final Processor processor) {
        assertNotNull(processor.getClass().getAnnotation(InputRequirement.class));
        for (final Relationship relationship : processor.getRelationships()) {
            assertEquals(relationship.getName().toLowerCase(Locale.ROOT), relationship.getName());
            assertTrue(relationship.getDescription().length() > 10);
        }
    }
}
