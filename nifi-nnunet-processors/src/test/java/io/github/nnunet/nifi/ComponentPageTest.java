/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.components.ConfigurableComponent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The pages of docs/reference/components are what the components say of themselves. To make them anew:
 * {@code mvn -pl nifi-nnunet-processors test -Dtest=ComponentPageTest -Dnnunet.docs.write=true}.
 */
class ComponentPageTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference");
    private static final Path PAGES = REFERENCE.resolve("components");
    private static final Path LIST = REFERENCE.resolve("components.md");
    private static final String HINT = "Make the pages anew: mvn -pl nifi-nnunet-processors test -Dtest=ComponentPageTest -Dnnunet.docs.write=true";

    static List<ConfigurableComponent> components() {
        return ComponentDocumentationTest.components().sorted(Comparator.comparing(ComponentPageTest::name)).toList();
    }

    private static String name(final ConfigurableComponent component) {
        return component.getClass().getSimpleName();
    }

    @BeforeAll
    static void writeIfAsked() throws IOException {
        if (Boolean.getBoolean("nnunet.docs.write")) {
            Files.createDirectories(PAGES);
            for (final ConfigurableComponent component : components()) {
                Files.writeString(page(component), ComponentPage.of(component));
            }

            Files.writeString(LIST, list());
        }
    }

    private static Path page(final ConfigurableComponent component) {
        return PAGES.resolve(name(component) + ".md");
    }

    private static String list() {
        return components().stream()
                .map(component -> "| [%1$s](components/%1$s.md) | %2$s |%n".formatted(name(component), component.getClass().getAnnotation(CapabilityDescription.class).value()))
                .collect(Collectors.joining("", """
                        # Processors and services

                        Every property, relationship and attribute. The pages are made from the components themselves, and a test holds them equal; after a
                        change of a component they are made anew:

                        ```sh
                        mvn -pl nifi-nnunet-processors test -Dtest=ComponentPageTest -Dnnunet.docs.write=true
                        ```

                        | component | does |
                        | --- | --- |
                        """, ""));
    }

    @ParameterizedTest
    @MethodSource("components")
    void everyPageSaysWhatTheComponentSays(final ConfigurableComponent component) throws IOException {
        assertTrue(Files.exists(page(component)), HINT);
        assertEquals(ComponentPage.of(component), Files.readString(page(component)), HINT);
    }

    @Test
    void everyComponentAndNothingElseHasAPage() throws IOException {
        final Set<String> expected = components().stream().map(component -> name(component) + ".md").collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> pages = Files.list(PAGES)) {
            assertEquals(expected, pages.map(page -> page.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }

        assertEquals(list(), Files.readString(LIST), HINT);
    }
}
