/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The tasks whose plan is known: the Medical Segmentation Decathlon, BraTS, and those of the fork. Their numbers are in
 * tasks.json beside this class; they are those of NVIDIA's nnU-Net (data_preprocessing/configs.py) and of the fork.
 */
public final class TaskCatalogue {
    private static final String RESOURCE = "tasks.json";
    private static final Pattern NUMBER = Pattern.compile("(?:(?:Task|Dataset)(?=\\d)(?<prefixed>[\\d.]+)(?:_.*)?|(?<bare>[\\d.]+))", Pattern.CASE_INSENSITIVE);
    private static final JsonNode TASKS = load();

    private TaskCatalogue() {
    }

    /**
     * A known task.
     *
     * @param task         its number, such as "04"
     * @param name         its name, such as "Task04_Hippocampus"
     * @param modality     MRI or CT
     * @param channels     how many image channels its cases have; 0: not known
     * @param classes      how many classes it has with the background; 0: not known
     * @param spacing      target spacing; empty if it comes from the dataset. In 2D nothing is resampled
     * @param patch        depth 1 in 2D
     * @param ctStatistics for CT
     */
    public record Task(String task, String name, Modality modality, int channels, int classes, Optional<Spacing> spacing, Shape patch,
                       Optional<CtStatistics> ctStatistics) {

        /** @return whether a dataset has the modality and the numbers of channels and classes of this task */
        public boolean fits(final DatasetDescription dataset) {
            return modality == dataset.modality()
                    && (channels == 0 || channels == dataset.channels().size())
                    && (classes == 0 || classes == dataset.classes().size());
        }
    }

    private static JsonNode load() {
        try (InputStream in = TaskCatalogue.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(in).get("tasks");
        } catch (final IOException e) {
            throw new UncheckedIOException("The task catalogue of this software is damaged", e);
        }
    }

    /**
     * @param task       "04", "4", "Task04", "Task04_Hippocampus" or "Dataset004_Hippocampus"; only the number counts
     * @param dimensions 2 or 3
     * @return the task, if it is known in so many dimensions
     */
    public static Optional<Task> find(final String task, final int dimensions) {
        return numberOf(task).flatMap(number -> StreamSupport.stream(TASKS.spliterator(), false)
                .filter(entry -> entry.get("task").textValue().equals(number))
                .filter(entry -> entry.has(patchKey(dimensions)))
                .findFirst()
                .map(entry -> toTask(entry, dimensions)));
    }

    /**
     * @param name as in {@link #find}
     * @return the task's number with two digits or more, such as "04", if the name has one
     */
    public static Optional<String> numberOf(final String name) {
        final Matcher matcher = NUMBER.matcher(name.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }

        final String digits = matcher.group("bare") == null ? matcher.group("prefixed") : matcher.group("bare");
        final String number = digits.replaceFirst("^0+(?=\\d)", "");
        return Optional.of(number.length() == 1 ? "0" + number : number);
    }

    /** @return all tasks that are known in so many dimensions */
    public static List<Task> all(final int dimensions) {
        return StreamSupport.stream(TASKS.spliterator(), false)
                .filter(entry -> entry.has(patchKey(dimensions)))
                .map(entry -> toTask(entry, dimensions))
                .toList();
    }

    private static String patchKey(final int dimensions) {
        return switch (dimensions) {
            case 2 -> "patch2d";
            case 3 -> "patch3d";
            default -> throw new IllegalArgumentException("A task has 2 or 3 dimensions, not %d".formatted(dimensions));
        };
    }

    private static Task toTask(final JsonNode entry, final int dimensions) {
        final JsonNode patch = entry.get(patchKey(dimensions));
        final Shape shape = dimensions == 2
                ? new Shape(1, patch.get(0).intValue(), patch.get(1).intValue())
                : new Shape(patch.get(0).intValue(), patch.get(1).intValue(), patch.get(2).intValue());
        return new Task(entry.get("task").textValue(), entry.get("name").textValue(), Modality.valueOf(entry.get("modality").textValue()),
                entry.path("channels").intValue(), entry.path("classes").intValue(),
                Optional.ofNullable(entry.get("spacing")).map(TaskCatalogue::toSpacing), shape,
                Optional.ofNullable(entry.get("ct")).map(TaskCatalogue::toStatistics));
    }

    private static Spacing toSpacing(final JsonNode spacing) {
        return new Spacing(spacing.get(0).doubleValue(), spacing.get(1).doubleValue(), spacing.get(2).doubleValue());
    }

    private static CtStatistics toStatistics(final JsonNode ct) {
        return new CtStatistics(ct.get("min").doubleValue(), ct.get("max").doubleValue(), ct.get("mean").doubleValue(), ct.get("std").doubleValue());
    }
}
