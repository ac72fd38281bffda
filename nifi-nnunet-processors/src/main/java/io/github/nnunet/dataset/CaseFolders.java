/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the cases of a dataset by the names of the files in its folders, and checks lists of cases. A file that should be
 * there and is not gets the path where it should be, so that {@link #requireOneComplete} can name it.
 */
final class CaseFolders {
    private static final String USUAL_ENDING = ".nii.gz";

    private CaseFolders() {
    }

    /**
     * Cases of one image file each.
     *
     * @param labels the folder with a label for each case; empty if there are none
     */
    static List<CaseFiles> oneFileEach(final Path images, final Optional<Path> labels) throws IOException {
        final List<CaseFiles> cases = new ArrayList<>();
        for (final Path image : ImageName.imagesIn(images)) {
            final String id = ImageName.plainId(image);
            cases.add(new CaseFiles(id, List.of(image), labelOf(id, labels)));
        }

        return cases;
    }

    /**
     * Cases of one image file a channel, with nnU-Net v2's channel numbers in their names.
     *
     * @param labels   the folder with a label for each case; empty if there are none
     * @param channels how many files a case has
     * @throws CaseException if a file has no such number, or a case two files of the same
     */
    static List<CaseFiles> oneFileAChannel(final Path images, final Optional<Path> labels, final int channels) throws IOException, CaseException {
        final Map<String, Map<Integer, Path>> filesOfCase = new TreeMap<>();
        for (final Path image : ImageName.imagesIn(images)) {
            final ImageName name = ImageName.of(image);
            final Optional<Integer> channel = name.channel().filter(number -> number < channels);
            if (channel.isEmpty()) {
                throw new CaseException(FaultCategory.UNREADABLE,
                        "%s should end in a channel number from _0000 to _%04d before its ending; rename or remove it".formatted(image, channels - 1));
            }

            if (filesOfCase.computeIfAbsent(name.id(), id -> new TreeMap<>()).put(channel.get(), image) != null) {
                throw new CaseException(FaultCategory.UNREADABLE, "%s is there twice, compressed and not; remove one".formatted(image));
            }
        }

        final List<CaseFiles> cases = new ArrayList<>();
        for (final Map.Entry<String, Map<Integer, Path>> entry : filesOfCase.entrySet()) {
            final List<Path> files = new ArrayList<>();
            for (int channel = 0; channel < channels; channel++) {
                final Path expected = images.resolve("%s_%04d%s".formatted(entry.getKey(), channel, USUAL_ENDING));
                files.add(entry.getValue().getOrDefault(channel, expected));
            }

            cases.add(new CaseFiles(entry.getKey(), files, labelOf(entry.getKey(), labels)));
        }

        return cases;
    }

    private static Optional<Path> labelOf(final String id, final Optional<Path> labels) throws IOException {
        if (labels.isEmpty()) {
            return Optional.empty();
        }

        for (final String ending : ImageName.ENDINGS) {
            final Path file = labels.get().resolve(id + ending);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }

        return Optional.of(labels.get().resolve(id + USUAL_ENDING));
    }

    /**
     * @param where what lists them, for messages
     * @return the cases in the reference's order
     * @throws CaseException if two have the same name
     */
    static List<CaseFiles> sortedAndDistinct(final List<CaseFiles> cases, final String where) throws CaseException {
        final Set<String> seen = new HashSet<>();
        final Set<String> twice = new TreeSet<>();
        for (final CaseFiles files : cases) {
            if (!seen.add(files.id())) {
                twice.add(files.id());
            }
        }

        if (!twice.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s lists these cases more than once: %s; each file name may appear once".formatted(where, String.join(", ", twice)));
        }

        return cases.stream().sorted((one, other) -> CaseFiles.ID_ORDER.compare(one.id(), other.id())).toList();
    }

    /**
     * A case that lacks a file is left for the step that reads it, which fails that case alone; but where no case has all
     * its files, the folder is not the dataset's.
     *
     * @param where what lists them, for messages
     * @throws CaseException if every case lacks a file, naming all that are not there
     */
    static void requireOneComplete(final List<CaseFiles> cases, final String where) throws CaseException {
        final Set<Path> missing = new TreeSet<>();
        for (final CaseFiles files : cases) {
            final List<Path> absent = Stream.concat(files.images().stream(), files.label().stream()).filter(file -> !Files.isRegularFile(file)).toList();
            if (absent.isEmpty()) {
                return;
            }

            missing.addAll(absent);
        }

        if (!missing.isEmpty()) {
            final String names = missing.stream().map(Path::toString).collect(Collectors.joining(", "));
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s has no case with all its files; these are not there (%d): %s. Add them or take their cases away".formatted(where, missing.size(), names));
        }
    }
}
