/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The pages for people, held to the files and the components that they speak of. */
class DocumentationTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} ");
    private static final Pattern BLOCK = Pattern.compile("^( *)```(\\w*)\\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Set<String> KNOWN_LANGUAGES = Set.of("", "text", "pbtxt");
    private static final Pattern WEB = Pattern.compile("[a-z]+:.*");

    static List<Path> pages() throws IOException {
        final List<Path> pages = new ArrayList<>(List.of(TOP.resolve("README.md")));
        for (final String folder : List.of("docs", "nifi-nnunet-processors/src/main/resources/docs")) {
            try (Stream<Path> files = Files.walk(TOP.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }

        return pages;
    }

    @Test
    void noLinkIsDead() throws IOException {
        final List<String> dead = new ArrayList<>();
        for (final Path page : pages()) {
            final Matcher links = LINK.matcher(withoutCode(Files.readString(page)));
            while (links.find()) {
                if (!WEB.matcher(links.group(1)).matches() && !leadsSomewhere(page, links.group(1))) {
                    dead.add(TOP.relativize(page) + ": " + links.group(1));
                }
            }
        }

        assertEquals(List.of(), dead);
    }

    private static boolean leadsSomewhere(final Path page, final String link) throws IOException {
        final int hash = link.indexOf('#');
        final Path target = hash == 0 ? page : page.resolveSibling(hash < 0 ? link : link.substring(0, hash)).normalize();
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** @return the names of a page's headings as they are in its address: lower case, hyphens for spaces, no punctuation */
    private static Set<String> anchors(final Path page) throws IOException {
        final Set<String> anchors = new TreeSet<>();
        withoutCode(Files.readString(page)).lines().filter(line -> HEADING.matcher(line).lookingAt())
                .forEach(line -> anchors.add(HEADING.matcher(line).replaceFirst("").strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')));
        return anchors;
    }

    private static String withoutCode(final String page) {
        return BLOCK.matcher(page).replaceAll("");
    }

    static Stream<Arguments> blocks() throws IOException {
        final List<Arguments> blocks = new ArrayList<>();
        for (final Path page : pages()) {
            final Matcher found = BLOCK.matcher(Files.readString(page));
            while (found.find()) {
                blocks.add(Arguments.of(TOP.relativize(page).toString(), found.group(2), found.group(3).stripIndent()));
            }
        }

        return blocks.stream();
    }

    /** JSON is JSON, and a shell or Python would take what is written for it. Blocks that are neither have another name, or none. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("blocks")
    void codeIsWhatItIsCalled(final String page, final String language, final String code) throws IOException, InterruptedException {
        switch (language) {
            case "json" -> new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(code);
            case "sh" -> assertAccepted(code, "sh", "-n");
            case "python" -> assertAccepted(code, "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())");
            case "properties" -> new Properties().load(new StringReader(code));
            default -> assertTrue(KNOWN_LANGUAGES.contains(language), page + ": " + language);
        }
    }

    private static void assertAccepted(final String code, final String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException absent) {
            assumeTrue(false, command[0] + " is not installed: " + absent.getMessage());
            return;
        }

        process.outputWriter().append(code).close();
        final String complaint = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), complaint);
    }

    /** NiFi would call such a processor invalid. */
    @Test
    void noRelationshipOfATemplateLeadsNowhere() throws IOException {
        final List<String> loose = new ArrayList<>();
        for (final Path template : templates()) {
            final JsonNode root = new ObjectMapper().readTree(template.toFile());
            final Set<String> led = new TreeSet<>();
            root.findValues("connections").forEach(list -> list.forEach(connection -> connection.path("selectedRelationships")
                    .forEach(name -> led.add(connection.path("source").path("id").asText() + " " + name.asText()))));
            for (final JsonNode list : root.findValues("processors")) {
                for (final JsonNode processor : list) {
                    processor.path("autoTerminatedRelationships").forEach(name -> led.add(processor.path("identifier").asText() + " " + name.asText()));
                    relationships(processor.path("type").asText()).map(name -> processor.path("identifier").asText() + " " + name).filter(name -> !led.contains(name))
                            .forEach(name -> loose.add(template.getFileName() + ": " + name));
                }
            }
        }

        assertEquals(List.of(), loose);
    }

    private static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.list(TOP.resolve("templates"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private static Stream<String> relationships(final String type) {
        return ServiceLoader.load(Processor.class).stream().filter(provider -> provider.type().getName().equals(type))
                .flatMap(provider -> provider.get().getRelationships().stream()).map(Relationship::getName);
    }

    @Test
    void everyAttributeIsOnThePageOfAttributes() throws IOException {
        final String page = Files.readString(TOP.resolve("docs/reference/attributes.md"));
        final Set<String> absent = new TreeSet<>();
        for (final Processor processor : ServiceLoader.load(Processor.class)) {
            attributes(processor).filter(name -> name.startsWith("nnunet.") && !page.contains("`" + name + "`") && !isPartOfARow(page, name)).forEach(absent::add);
        }

        assertEquals(Set.of(), absent);
    }

    private static Stream<String> attributes(final Processor processor) {
        final ReadsAttributes reads = processor.getClass().getAnnotation(ReadsAttributes.class);
        final WritesAttributes writes = processor.getClass().getAnnotation(WritesAttributes.class);
        return Stream.concat(
                reads == null ? Stream.empty() : Arrays.stream(reads.value()).map(ReadsAttribute::attribute),
                writes == null ? Stream.empty() : Arrays.stream(writes.value()).map(WritesAttribute::attribute));
    }

    /** Rows such as {@code nnunet.plan.ct.min}, {@code .max} name the later ones by their ends. */
    private static boolean isPartOfARow(final String page, final String name) {
        final int dot = name.lastIndexOf('.');
        return page.lines().anyMatch(line -> line.contains("`" + name.substring(0, dot + 1)) && line.contains("`" + name.substring(dot) + "`"));
    }
}
