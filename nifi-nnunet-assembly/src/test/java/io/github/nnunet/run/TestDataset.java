/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.dataset.PhantomDataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Datasets for the system tests, made in a folder of the test's. */
final class TestDataset {
    static final int CASES = 20;
    private static final String HIPPOCAMPUS = "Task04_Hippocampus";

    private TestDataset() {
    }

    /** @return a dataset with the first cases of the real one of the shared folder; if there is none, the phantom */
    static Path smallest(final Path parent, final Path shared) throws IOException {
        final Path source = shared.resolve("data").resolve(HIPPOCAMPUS);
        if (!Files.exists(source.resolve("dataset.json"))) {
            System.out.printf("There is no %s: the system test trains on the phantom dataset instead%n", source);
            final Path phantom = parent.resolve(PhantomDataset.FOLDER_NAME);
            PhantomDataset.write(phantom, CASES, 1);
            return phantom;
        }

        final Path target = parent.resolve(HIPPOCAMPUS);
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode description = (ObjectNode) mapper.readTree(source.resolve("dataset.json").toFile());
        final ArrayNode training = mapper.createArrayNode();
        for (int index = 0; index < CASES; index++) {
            final JsonNode entry = description.path("training").get(index);
            copy(source, target, entry.path("image").asText());
            copy(source, target, entry.path("label").asText());
            training.add(entry);
        }

        description.set("training", training);
        description.put("numTraining", CASES);
        mapper.writeValue(target.resolve("dataset.json").toFile(), description);
        return target;
    }

    /** @return the phantom, its last cases as test cases; what would be their labels is in labelsTs */
    static Path phantomWithTestCases(final Path parent, final int labelled, final int test) throws IOException {
        final Path phantom = parent.resolve(PhantomDataset.FOLDER_NAME);
        PhantomDataset.write(phantom, labelled + test, 1);
        final ObjectMapper mapper = new ObjectMapper();
        final Path file = phantom.resolve("dataset.json");
        final ObjectNode description = (ObjectNode) mapper.readTree(file.toFile());
        final ArrayNode training = (ArrayNode) description.path("training");
        final ArrayNode tests = description.putArray("test");
        Files.createDirectories(phantom.resolve("imagesTs"));
        Files.createDirectories(phantom.resolve("labelsTs"));
        while (training.size() > labelled) {
            final String name = Path.of(training.remove(labelled).path("image").asText()).getFileName().toString();
            Files.move(phantom.resolve("imagesTr").resolve(name), phantom.resolve("imagesTs").resolve(name));
            Files.move(phantom.resolve("labelsTr").resolve(name), phantom.resolve("labelsTs").resolve(name));
            tests.add("./imagesTs/" + name);
        }

        description.put("numTraining", labelled).put("numTest", test);
        mapper.writeValue(file.toFile(), description);
        return phantom;
    }

    /**
     * Makes a dataset whose images are all damaged.
     *
     * @param good   a dataset to take labels and an image to damage from
     * @param shared has more damaged files
     * @return the ids of its cases
     */
    static List<String> damaged(final Path target, final Path good, final Path shared) throws IOException {
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode description = (ObjectNode) mapper.readTree(good.resolve("dataset.json").toFile());
        final JsonNode entry = description.path("training").get(0);
        final Path image = good.resolve(entry.path("image").asText()).normalize();
        final Path label = good.resolve(entry.path("label").asText()).normalize();
        Files.createDirectories(target.resolve("imagesTr"));
        Files.createDirectories(target.resolve("labelsTr"));
        final byte[] bytes = Files.readAllBytes(image);
        Files.write(target.resolve("imagesTr/truncated.nii.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.writeString(target.resolve("imagesTr/text.nii.gz"), "no image at all");
        final Path more = shared.resolve("data/nifti-corner-cases/malformed");
        if (Files.exists(more)) {
            try (Stream<Path> files = Files.list(more)) {
                for (final Path file : files.toList()) {
                    Files.copy(file, target.resolve("imagesTr").resolve(file.getFileName()));
                }
            }
        }

        final ArrayNode training = mapper.createArrayNode();
        final List<Path> images;
        try (Stream<Path> files = Files.list(target.resolve("imagesTr"))) {
            images = files.sorted().toList();
        }

        for (final Path file : images) {
            final String name = file.getFileName().toString();
            final String id = id(name);
            Files.copy(label, target.resolve("labelsTr").resolve(id + ".nii.gz"));
            training.addObject().put("image", "./imagesTr/" + name).put("label", "./labelsTr/" + id + ".nii.gz");
        }

        description.set("training", training);
        description.put("numTraining", images.size());
        mapper.writeValue(target.resolve("dataset.json").toFile(), description);
        return images.stream().map(file -> id(file.getFileName().toString())).toList();
    }

    private static String id(final String name) {
        return name.replaceFirst("\\.nii(\\.gz)?$", "");
    }

    private static void copy(final Path source, final Path target, final String name) throws IOException {
        final Path file = target.resolve(name).normalize();
        Files.createDirectories(file.getParent());
        Files.copy(source.resolve(name).normalize(), file);
    }
}
