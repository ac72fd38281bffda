/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A dataset.json in the manner of the Medical Segmentation Decathlon (modality, labels by value, lists of files) or of
 * nnU-Net v2 (channel_names, labels by name, files found in the folders).
 */
final class DatasetJson {
    static final String FILE_NAME = "dataset.json";
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final Path folder;
    private final JsonNode root;

    private DatasetJson(final Path file, final JsonNode root) {
        this.file = file;
        this.folder = file.toAbsolutePath().getParent();
        this.root = root;
    }

    static DatasetDescription read(final Path file) throws IOException, CaseException {
        final JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (final JsonProcessingException e) {
            final JsonLocation location = e.getLocation();
            throw new CaseException(FaultCategory.UNREADABLE, "%s is not valid JSON: line %d, column %d: %s; correct it there".formatted(
                    file, location == null ? 0 : location.getLineNr(), location == null ? 0 : location.getColumnNr(), e.getOriginalMessage()), e);
        }

        final DatasetJson json = new DatasetJson(file, root);
        if (!root.isObject()) {
            throw json.malformed("it is not a JSON object");
        }

        return json.describe();
    }

    private DatasetDescription describe() throws IOException, CaseException {
        final List<String> channels = channels();
        final List<CaseFiles> training = trainingCases(channels.size());
        final List<CaseFiles> test = testCases(channels.size());
        requireChannelFiles(training, channels.size());
        requireChannelFiles(test, channels.size());
        final String name = root.path("name").isTextual() ? root.path("name").textValue() : DatasetFolder.nameOf(folder);
        return new DatasetDescription(name, folder, modalityOf(channels), channels, LabelNames.read(root.path("labels"), file),
                CaseFolders.sortedAndDistinct(training, file + " under \"training\""), CaseFolders.sortedAndDistinct(test, file + " under \"test\""));
    }

    private List<String> channels() throws CaseException {
        final JsonNode names = root.has("channel_names") ? root.get("channel_names") : root.path("modality");
        if (!names.isObject() || names.isEmpty()) {
            throw malformed("it needs \"modality\" (or \"channel_names\"), such as {\"0\": \"MRI\"}");
        }

        final Map<Integer, String> byNumber = new TreeMap<>();
        for (final Map.Entry<String, JsonNode> entry : names.properties()) {
            if (!entry.getKey().matches("\\d{1,4}") || !entry.getValue().isTextual()) {
                throw malformed("the channel \"%s\": %s is not a number with a name".formatted(entry.getKey(), entry.getValue()));
            }

            byNumber.put(Integer.parseInt(entry.getKey()), entry.getValue().textValue());
        }

        return List.copyOf(byNumber.values());
    }

    private static Modality modalityOf(final List<String> channels) {
        return channels.getFirst().equalsIgnoreCase("CT") ? Modality.CT : Modality.MRI;
    }

    private List<CaseFiles> trainingCases(final int channels) throws IOException, CaseException {
        if (root.has("training")) {
            return listedCases("training", true);
        }

        if (root.has("dataset")) {
            return mappedCases();
        }

        requireReadableEnding();
        final Path labels = folder.resolve(DatasetFolder.TRAINING_LABELS);
        return CaseFolders.oneFileAChannel(folder.resolve(DatasetFolder.TRAINING_IMAGES), Optional.of(labels), channels);
    }

    private void requireReadableEnding() throws CaseException {
        final String ending = root.path("file_ending").asText(".nii.gz");
        if (!ending.equals(".nii.gz") && !ending.equals(".nii")) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s says that its files end in %s; only NIfTI is read (.nii.gz, .nii), so convert them".formatted(file, ending));
        }
    }

    private List<CaseFiles> testCases(final int channels) throws IOException, CaseException {
        if (root.has("test")) {
            return listedCases("test", false);
        }

        if (root.has("training")) {
            return List.of();
        }

        return CaseFolders.oneFileAChannel(folder.resolve(DatasetFolder.TEST_IMAGES), Optional.empty(), channels);
    }

    private List<CaseFiles> listedCases(final String key, final boolean labelled) throws CaseException {
        final JsonNode list = root.get(key);
        if (!list.isArray()) {
            throw malformed("\"%s\" is not a list".formatted(key));
        }

        final List<CaseFiles> cases = new ArrayList<>();
        for (final JsonNode entry : list) {
            final List<Path> images = images(entry.isObject() ? entry.path("image") : entry, entry);
            if (!ImageName.isLeftover(images.getFirst())) {
                cases.add(new CaseFiles(idOf(images), images, labelled ? Optional.of(path(entry.path("label"), entry)) : Optional.empty()));
            }
        }

        return cases;
    }

    /** nnU-Net v2 from 2.2 on can list its cases: {"dataset": {id: {"images": [...], "label": ...}}}. */
    private List<CaseFiles> mappedCases() throws CaseException {
        final List<CaseFiles> cases = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> entry : root.get("dataset").properties()) {
            final JsonNode files = entry.getValue();
            cases.add(new CaseFiles(entry.getKey(), images(files.path("images"), files), Optional.of(path(files.path("label"), files))));
        }

        return cases;
    }

    private List<Path> images(final JsonNode value, final JsonNode entry) throws CaseException {
        if (!value.isArray()) {
            return List.of(path(value, entry));
        }

        final List<Path> images = new ArrayList<>();
        for (final JsonNode image : value) {
            images.add(path(image, entry));
        }

        if (images.isEmpty()) {
            throw malformed("the entry %s has no image".formatted(entry));
        }

        return images;
    }

    private Path path(final JsonNode value, final JsonNode entry) throws CaseException {
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw malformed("the entry %s should be {\"image\": \"./imagesTr/NAME.nii.gz\", \"label\": \"./labelsTr/NAME.nii.gz\"}, or under \"test\" one path".formatted(entry));
        }

        try {
            return folder.resolve(value.textValue()).normalize();
        } catch (final InvalidPathException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s names a path that cannot be: %s".formatted(file, value), e);
        }
    }

    private static String idOf(final List<Path> images) {
        return images.size() == 1 ? ImageName.plainId(images.getFirst()) : ImageName.of(images.getFirst()).id();
    }

    private void requireChannelFiles(final List<CaseFiles> cases, final int channels) throws CaseException {
        for (final CaseFiles files : cases) {
            if (files.images().size() > 1 && files.images().size() != channels) {
                throw malformed("case %s has %d image files for %d channels".formatted(files.id(), files.images().size(), channels));
            }
        }
    }

    private CaseException malformed(final String what) {
        return new CaseException(FaultCategory.UNREADABLE, "%s is not a description of a dataset: %s".formatted(file, what));
    }
}
