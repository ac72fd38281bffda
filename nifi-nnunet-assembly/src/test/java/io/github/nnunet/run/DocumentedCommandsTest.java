/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.fault.CaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** Blocks of code on the pages of documentation: commands that the run driver takes, JSON that is JSON, datasets that are understood. */
class DocumentedCommandsTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("^ *```(\\w+)\\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String RUN = "./nnunet run";
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*$");
    private static final Pattern FILE = Pattern.compile("\"\\./([^\"]+)\"");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path folder;

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(TOP.resolve("docs"))) {
            return Stream.concat(Stream.of(TOP.resolve("README.md"), TOP.resolve("templates/README.md")), files.filter(file -> file.toString().endsWith(".md"))).toList();
        }
    }

    private static List<Path> howTos() throws IOException {
        return pages().stream().filter(page -> page.startsWith(TOP.resolve("docs/how-to"))).toList();
    }

    private static List<String> blocks(final Path page, final String language) throws IOException {
        final List<String> blocks = new ArrayList<>();
        final Matcher matcher = BLOCK.matcher(Files.readString(page));
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }

        return blocks;
    }

    private static List<String> commands() throws IOException {
        final List<String> commands = new ArrayList<>();
        for (final Path page : pages()) {
            for (final String block : blocks(page, "sh")) {
                block.lines().map(String::strip).filter(line -> line.startsWith(RUN)).forEach(commands::add);
            }
        }

        return commands;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyRunOnAPageIsUnderstood(final String command) throws UsageException {
        final List<String> words = new ArrayList<>();
        final Matcher matcher = WORD.matcher(COMMENT.matcher(command.substring(RUN.length())).replaceFirst(""));
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }

        assertFalse(RunOptions.parse(words).help());
    }

    @ParameterizedTest
    @MethodSource("howTos")
    void everyJsonOfAHowToIsJson(final Path page) throws IOException {
        for (final String block : blocks(page, "json")) {
            assertFalse(new ObjectMapper().readTree(block).isMissingNode(), block);
        }
    }

    @Test
    void theDatasetsOfTheHowTosAreUnderstood() throws IOException, CaseException {
        assertEquals(List.of("CT"), described("own-dataset.md").channels());
        final DatasetDescription brats = described("brats.md");
        assertEquals(4, brats.channels().size());
        assertEquals(4, brats.training().getFirst().images().size());
    }

    private DatasetDescription described(final String page) throws IOException, CaseException {
        final String json = blocks(TOP.resolve("docs/how-to").resolve(page), "json").getFirst();
        Files.writeString(folder.resolve("dataset.json"), json);
        final Matcher files = FILE.matcher(json);
        while (files.find()) {
            final Path file = folder.resolve(files.group(1));
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[0]);
        }

        return DatasetDescription.read(folder);
    }
}
