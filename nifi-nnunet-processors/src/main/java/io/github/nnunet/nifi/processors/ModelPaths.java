/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The model files of a property or attribute: a JSON array, or separated by commas or line ends. A name may have the
 * wildcards * and ?, which stand for whatever files there are.
 */
final class ModelPaths {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<List<String>> LIST = new TypeReference<>() { };
    private static final Pattern WILDCARD = Pattern.compile("[*?]");
    private static final Pattern SEPARATOR = Pattern.compile("[,\\r\\n]+");

    private ModelPaths() {
    }

    /**
     * @param caseName for messages
     * @return absolute paths, each once; those of a name with wildcards sorted
     * @throws CaseException if no file is named, or a name with wildcards fits none
     */
    static List<Path> parse(final String text, final String caseName) throws CaseException, IOException {
        try {
            final Set<Path> paths = new LinkedHashSet<>();
            for (final String name : names(text)) {
                if (WILDCARD.matcher(name).find()) {
                    paths.addAll(fitting(name));
                } else {
                    paths.add(Path.of(name).toAbsolutePath());
                }
            }

            return List.copyOf(paths);
        } catch (final JsonProcessingException | InvalidPathException | PatternSyntaxException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s needs a model file, or several, and this is neither a path nor a list of paths: %s".formatted(caseName, text), e);
        }
    }

    private static List<String> names(final String text) throws JsonProcessingException {
        if (text.strip().startsWith("[")) {
            return MAPPER.readValue(text, LIST).stream().map(String::strip).filter(name -> !name.isEmpty()).toList();
        }

        return SEPARATOR.splitAsStream(text).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    private static List<Path> fitting(final String name) throws CaseException, IOException {
        final Path absolute = Path.of(name).toAbsolutePath().normalize();
        Path folder = absolute.getRoot();
        int plain = 0;
        while (!WILDCARD.matcher(absolute.getName(plain).toString()).find()) {
            folder = folder.resolve(absolute.getName(plain));
            plain++;
        }

        final List<Path> found = Files.isDirectory(folder) ? search(folder, absolute, absolute.getNameCount() - plain) : List.of();
        if (found.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE, "There is no model file that fits %s. Correct Model File, or train the models first.".formatted(name));
        }

        return found;
    }

    private static List<Path> search(final Path folder, final Path pattern, final int depth) throws IOException {
        final PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        try (Stream<Path> files = Files.find(folder, depth, (file, attributes) -> attributes.isRegularFile() && matcher.matches(file))) {
            return files.sorted().toList();
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** @return one path as it is, several as a JSON array */
    static String write(final List<Path> paths) {
        if (paths.size() == 1) {
            return paths.getFirst().toString();
        }

        try {
            return MAPPER.writeValueAsString(new ArrayList<>(paths.stream().map(Path::toString).toList()));
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
