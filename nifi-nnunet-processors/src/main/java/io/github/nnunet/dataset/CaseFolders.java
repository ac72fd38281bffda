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

/** Finds the cases of a dataset by the names of the files in its folders, and checks lists of cases. */
final class CaseFolders {

    private CaseFolders() {
    }

    /**
     * @param images one file a case; or, if all names end in one, one file a channel with nnU-Net v2's channel numbers
     * @param labels the folder with a label for each case; empty if there are none
     */
    static List<CaseFiles> find(final Path images, final Optional<Path> labels) throws IOException, CaseException {
        final List<Path> files = ImageName.imagesIn(images);
        final boolean numbered = !files.isEmpty() && files.stream().allMatch(file -> ImageName.of(file).channel().isPresent());
        final Map<String, TreeMap<Integer, Path>> filesOfCase = new TreeMap<>();
        for (final Path file : files) {
            final String id = numbered ? ImageName.of(file).id() : ImageName.plainId(file);
            final int channel = numbered ? ImageName.of(file).channel().orElseThrow() : 0;
            if (filesOfCase.computeIfAbsent(id, key -> new TreeMap<>()).put(channel, file) != null) {
                throw new CaseException(FaultCategory.UNREADABLE, "%s holds two images of case %s; remove one".formatted(images, id));
            }
        }

        final Map<String, Path> labelOfCase = new TreeMap<>();
        if (labels.isPresent()) {
            ImageName.imagesIn(labels.get()).forEach(file -> labelOfCase.put(ImageName.plainId(file), file));
        }

        final List<CaseFiles> cases = new ArrayList<>();
        for (final Map.Entry<String, TreeMap<Integer, Path>> entry : filesOfCase.entrySet()) {
            // A label that is not there is named by its likeliest path, so that the check of the files can say so.
            final Optional<Path> label = labels.map(folder -> labelOfCase.getOrDefault(entry.getKey(), folder.resolve(entry.getKey() + ".nii.gz")));
            cases.add(new CaseFiles(entry.getKey(), List.copyOf(withoutGaps(images, entry.getKey(), entry.getValue()).values()), label));
        }

        return cases;
    }

    private static TreeMap<Integer, Path> withoutGaps(final Path folder, final String id, final TreeMap<Integer, Path> channels) throws CaseException {
        if (channels.firstKey() != 0 || channels.lastKey() != channels.size() - 1) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "Case %s in %s has images of the channels %s; the channels must be 0, 1, 2, ... with none left out".formatted(id, folder, channels.keySet()));
        }

        return channels;
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

    /** @throws CaseException naming every file that is not there */
    static void requireFiles(final List<CaseFiles> cases, final String where) throws CaseException {
        final Set<Path> missing = new TreeSet<>();
        for (final CaseFiles files : cases) {
            files.images().stream().filter(file -> !Files.isRegularFile(file)).forEach(missing::add);
            files.label().filter(file -> !Files.isRegularFile(file)).ifPresent(missing::add);
        }

        if (!missing.isEmpty()) {
            final String names = missing.stream().map(Path::toString).collect(Collectors.joining(", "));
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s names %d files that are not there: %s; add them or take them off the list".formatted(where, missing.size(), names));
        }
    }
}
