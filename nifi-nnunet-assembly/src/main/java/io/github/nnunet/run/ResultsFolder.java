/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.report.TrainingReport;
import io.github.nnunet.training.EpochReport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that the flow of train-and-evaluate.json writes to.
 *
 * @param path where it is
 */
public record ResultsFolder(Path path) {

    /** @return the folder of the NiFi that works here: its configuration, queues and logs */
    public Path nifi() {
        return path.resolve("nifi");
    }

    public Path models() {
        return path.resolve("models");
    }

    public Path segmentations() {
        return path.resolve("segmentations");
    }

    public Path scores() {
        return path.resolve("dice.json");
    }

    public Path scoreTable() {
        return path.resolve("dice.txt");
    }

    /** @return the page that shows the training of a fold, from its first epoch on */
    public Path report(final int fold) {
        return path.resolve("fold-%d".formatted(fold)).resolve(TrainingReport.HTML_FILE);
    }

    /** @return the pages of all folds that were trained, by name */
    public List<Path> reports() throws IOException {
        return files(path, "").stream().filter(folder -> folder.getFileName().toString().startsWith("fold-"))
                .map(folder -> folder.resolve(TrainingReport.HTML_FILE)).filter(Files::exists).sorted().toList();
    }

    /** @return whether something is in it */
    public boolean isUsed() throws IOException {
        return !files(path, "").isEmpty();
    }

    /** @param counters NiFi's, by name */
    public Progress progress(final Map<String, Long> counters) throws IOException {
        final List<Path> models = files(models(), "");
        return new Progress(files(path.resolve("prepared"), "_x.npy").size(), lastEpoch(),
                counters.getOrDefault("Training Steps", 0L), counters.getOrDefault("Validated Cases", 0L), !models.isEmpty(), files(segmentations(), ".nii.gz").size(),
                Files.exists(scores()), files(path.resolve("failed"), ".json").size());
    }

    private Optional<EpochReport> lastEpoch() throws IOException {
        final Optional<Path> newest = files(path.resolve("progress"), ".json").stream().max(Comparator.comparingLong(file -> file.toFile().lastModified()));
        return newest.isPresent() ? Optional.of(EpochReport.fromJson(Files.readString(newest.get()))) : Optional.empty();
    }

    /** @return the mean Dice of all classes */
    public double meanDice() throws IOException {
        return new ObjectMapper().readTree(scores().toFile()).path("mean").path("dice").asDouble(Double.NaN);
    }

    /** @return what went wrong, oldest first */
    public List<FailureReport> failures() throws IOException {
        final List<Path> files = new ArrayList<>(files(path.resolve("failed"), ".json"));
        files.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
        final List<FailureReport> reports = new ArrayList<>();
        for (final Path file : files) {
            final JsonNode report = new ObjectMapper().readTree(file.toFile());
            // An attribute that the flowfile lacks is an empty text.
            final String id = report.path("nnunet.case.id").asText("");
            final String error = report.path("nnunet.error").asText("");
            reports.add(new FailureReport(id.isEmpty() ? file.getFileName().toString() : id, error.isEmpty() ? "No reason was given: see NiFi's log." : error));
        }

        return List.copyOf(reports);
    }

    /** @return the compressed NIfTI files in a folder, sorted; none if there is no folder */
    static List<Path> images(final Path folder) throws IOException {
        return files(folder, ".nii.gz").stream().sorted().toList();
    }

    /** PutFile writes to a name that begins with a dot and then renames: those are left out. */
    private static List<Path> files(final Path folder, final String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending) && !file.getFileName().toString().startsWith(".")).toList();
        } catch (final NoSuchFileException e) {
            return List.of();
        }
    }
}
