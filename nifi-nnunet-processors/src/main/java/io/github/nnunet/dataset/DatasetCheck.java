/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.Geometry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at every file of a dataset before anyone trains on it, and lists everything that is wrong at once: see
 * {@link DatasetProblem}. All files are read whole, one at a time; of each only its grid and a digest are kept.
 */
public final class DatasetCheck {
    /** Grids that lie no further apart than this (mm) are the same: files keep their places as 32-bit numbers. */
    private static final double GRID_TOLERANCE = 1e-2;

    private final DatasetDescription dataset;
    private final ImageInspection images;
    private final LabelInspection labels;
    private final List<DatasetFinding> findings = new ArrayList<>();
    private final Map<Integer, List<Path>> labelsWithout = new TreeMap<>();
    private int readableLabels;

    private DatasetCheck(final DatasetDescription dataset, final NiftiLimits limits) {
        this.dataset = dataset;
        this.images = new ImageInspection(limits, findings);
        this.labels = new LabelInspection(limits, dataset.classes(), dataset.labelMapping(), findings);
    }

    /**
     * Checks a dataset, whatever its state. A description that cannot be understood is the only finding then.
     *
     * @param folder a folder or its dataset.json
     * @param limits what one file may take
     */
    public static DatasetReport check(final Path folder, final NiftiLimits limits) {
        try {
            return check(DatasetDescription.readWithoutFiles(folder), limits);
        } catch (final CaseException | IOException e) {
            return new DatasetReport(folder, 0, List.of(new DatasetFinding(DatasetProblem.DESCRIPTION, List.of(folder), ImageInspection.sentence(e))));
        }
    }

    /**
     * Checks training and test cases.
     *
     * @param dataset as {@link DatasetDescription#readWithoutFiles} gives it
     * @param limits  what one file may take
     */
    public static DatasetReport check(final DatasetDescription dataset, final NiftiLimits limits) {
        final DatasetCheck check = new DatasetCheck(dataset, limits);
        dataset.training().forEach(check::inspect);
        dataset.test().forEach(check::inspect);
        check.reportClasses();
        return new DatasetReport(dataset.folder(), dataset.training().size() + dataset.test().size(), check.findings);
    }

    private void inspect(final CaseFiles files) {
        final List<Optional<ImageInspection.Image>> found = files.images().stream().map(images::inspect).toList();
        final Optional<Path> firstFile = first(files, found);
        final Optional<Geometry> grid = found.stream().flatMap(Optional::stream).map(ImageInspection.Image::geometry).flatMap(Optional::stream).findFirst();
        for (int i = 0; i < found.size(); i++) {
            final Path file = files.images().get(i);
            found.get(i).flatMap(ImageInspection.Image::geometry).ifPresent(geometry -> compare(grid.orElseThrow(), firstFile.orElseThrow(), geometry, file));
        }

        if (found.stream().allMatch(Optional::isPresent)) {
            requireChannels(files, found.stream().flatMap(Optional::stream).mapToInt(ImageInspection.Image::channels).sum());
        }

        files.label().ifPresent(file -> inspectLabel(file, grid, firstFile));
    }

    private static Optional<Path> first(final CaseFiles files, final List<Optional<ImageInspection.Image>> found) {
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).flatMap(ImageInspection.Image::geometry).isPresent()) {
                return Optional.of(files.images().get(i));
            }
        }

        return Optional.empty();
    }

    private void compare(final Geometry expected, final Path firstFile, final Geometry found, final Path file) {
        final boolean isSameShape = expected.shape().equals(found.shape());
        if (isSameShape && expected.coincides(found, GRID_TOLERANCE)) {
            return;
        }

        final DatasetProblem problem = isSameShape ? DatasetProblem.PLACE : DatasetProblem.SHAPE;
        final String message = isSameShape
                ? "it lies at another place in space than %s: their affines differ by more than %s mm. Bring them to one grid.".formatted(firstFile.getFileName(), GRID_TOLERANCE)
                : "it has %s voxels (z, y, x) and %s has %s. Bring them to one grid.".formatted(found.shape(), firstFile.getFileName(), expected.shape());
        findings.add(new DatasetFinding(problem, List.of(file), message));
    }

    private void requireChannels(final CaseFiles files, final int channels) {
        if (channels != dataset.channels().size()) {
            findings.add(new DatasetFinding(DatasetProblem.CHANNELS, files.images(), "case %s has %d channels, and the dataset %d (%s). Give it all channels, or correct dataset.json."
                    .formatted(files.id(), channels, dataset.channels().size(), String.join(", ", dataset.channels()))));
        }
    }

    private void inspectLabel(final Path file, final Optional<Geometry> grid, final Optional<Path> firstFile) {
        final Optional<LabelInspection.Label> label = labels.inspect(file);
        if (label.isEmpty()) {
            return;
        }

        if (grid.isPresent() && label.get().geometry().isPresent()) {
            compare(grid.get(), firstFile.orElseThrow(), label.get().geometry().get(), file);
        }

        readableLabels++;
        for (final LabelClass labelClass : dataset.classes()) {
            if (labelClass.value() != 0 && !label.get().values().get(labelClass.value())) {
                labelsWithout.computeIfAbsent(labelClass.value(), value -> new ArrayList<>()).add(file);
            }
        }
    }

    private void reportClasses() {
        for (final LabelClass labelClass : dataset.classes()) {
            final List<Path> without = labelsWithout.getOrDefault(labelClass.value(), List.of());
            if (without.isEmpty()) {
                continue;
            }

            final boolean nowhere = without.size() == readableLabels;
            final String fact = nowhere
                    ? "no label has the class %d (%s), so it cannot be learned. Correct the labels, or take it out of dataset.json."
                    : "the class %d (%s) is not in %d of %d labels. Look whether it should be.";
            findings.add(new DatasetFinding(nowhere ? DatasetProblem.CLASS_NOWHERE : DatasetProblem.CLASS_MISSING, without,
                    fact.formatted(labelClass.value(), labelClass.name(), without.size(), readableLabels)));
        }
    }
}
