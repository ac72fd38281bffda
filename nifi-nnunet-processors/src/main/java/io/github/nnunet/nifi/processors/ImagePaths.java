/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.CaseFiles;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The files of a case as text in an attribute: one path as it is, several as a JSON array. */
final class ImagePaths {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<List<String>> LIST = new TypeReference<>() { };
    private static final Pattern EXTENSION = Pattern.compile("\\.(nii(\\.gz)?|hdr|img)$", Pattern.CASE_INSENSITIVE);

    private ImagePaths() {
    }

    static String write(final CaseFiles files) {
        final List<String> paths = files.images().stream().map(path -> path.toAbsolutePath().toString()).toList();
        if (paths.size() == 1) {
            return paths.getFirst();
        }

        try {
            return MAPPER.writeValueAsString(paths);
        } catch (final JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** @throws CaseException if the text names no file */
    static List<Path> parse(final String text) throws CaseException {
        if (text == null || text.isBlank()) {
            throw new CaseException(FaultCategory.UNREADABLE, "The flowfile names no image file. List the dataset with ListCases, or set Image Files.");
        }

        try {
            final List<String> names = text.strip().startsWith("[") ? MAPPER.readValue(text, LIST) : List.of(text.strip());
            if (names.isEmpty()) {
                throw new CaseException(FaultCategory.UNREADABLE, "Image Files is an empty list for this flowfile. It should name at least one file.");
            }

            final List<Path> paths = new ArrayList<>();
            for (final String name : names) {
                paths.add(Path.of(name));
            }

            return paths;
        } catch (final JsonProcessingException | InvalidPathException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "Image Files is neither a path nor a JSON array of paths for this flowfile: %s".formatted(text), e);
        }
    }

    /** @return the label file; empty where the text is */
    static Optional<Path> parseLabel(final String text) throws CaseException {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }

        try {
            return Optional.of(Path.of(text.strip()));
        } catch (final InvalidPathException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "The label file is not a path for this flowfile: %s".formatted(text), e);
        }
    }

    /** @return the file's name without folder and NIfTI's endings */
    static String caseId(final Path file) {
        return caseId(file.getFileName().toString());
    }

    static String caseId(final String fileName) {
        return EXTENSION.matcher(fileName).replaceFirst("");
    }
}
