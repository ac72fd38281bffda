/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.LabelMapping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A dataset as the BraTS challenge hands it out: no dataset.json, a folder for each case with a file for each modality,
 * {@code <id>_flair.nii.gz}, {@code <id>_t1.nii.gz}, {@code <id>_t1ce.nii.gz}, {@code <id>_t2.nii.gz}, and for training
 * {@code <id>_seg.nii.gz}. Cases without a label are test cases.
 */
final class BratsFolder {
    /** In the order in which the reference stacks them. */
    static final List<String> CHANNELS = List.of("flair", "t1", "t1ce", "t2");
    /** Enhancing tumour is 4 in the files and 3 here, as in the reference. */
    static final List<LabelClass> CLASSES = List.of(new LabelClass(0, "background"), new LabelClass(1, "necrotic core"),
            new LabelClass(2, "oedema"), new LabelClass(3, "enhancing tumour"));
    static final LabelMapping LABEL_MAPPING = new LabelMapping(Map.of(4, 3));

    private static final String LABEL = "seg";
    private static final String USUAL_ENDING = ".nii.gz";
    private static final List<String> OTHER_LAYOUTS = List.of(DatasetFolder.TRAINING_IMAGES, DatasetFolder.TRAINING_LABELS, DatasetFolder.TEST_IMAGES);

    private BratsFolder() {
    }

    /** @return whether the folder is laid out so: at least one folder in it has a file of a BraTS modality */
    static boolean isOne(final Path folder) throws IOException {
        if (OTHER_LAYOUTS.stream().anyMatch(part -> Files.isDirectory(folder.resolve(part))) || !ImageName.imagesIn(folder).isEmpty()) {
            return false;
        }

        for (final Path caseFolder : foldersIn(folder)) {
            if (isCase(caseFolder)) {
                return true;
            }
        }

        return false;
    }

    private static List<Path> foldersIn(final Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static boolean isCase(final Path caseFolder) throws IOException {
        return ImageName.imagesIn(caseFolder).stream().anyMatch(file -> CHANNELS.contains(roleOf(file)));
    }

    /** @return what follows the last underscore of the name */
    private static String roleOf(final Path file) {
        final String name = ImageName.plainId(file);
        return name.substring(name.lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * A modality that is missing is named by where it should be.
     *
     * @throws CaseException if a modality is there more than once, or a folder has files of several cases
     */
    static DatasetDescription read(final Path folder) throws IOException, CaseException {
        final List<CaseFiles> training = new ArrayList<>();
        final List<CaseFiles> test = new ArrayList<>();
        for (final Path caseFolder : foldersIn(folder)) {
            if (isCase(caseFolder)) {
                final CaseFiles files = readCase(caseFolder);
                (files.label().isPresent() ? training : test).add(files);
            }
        }

        final List<CaseFiles> all = new ArrayList<>(training);
        all.addAll(test);
        final String where = "The BraTS dataset " + folder;
        CaseFolders.sortedAndDistinct(all, where);
        return new DatasetDescription(DatasetFolder.nameOf(folder), folder.toAbsolutePath(), Modality.MRI, CHANNELS, CLASSES,
                CaseFolders.sortedAndDistinct(training, where), CaseFolders.sortedAndDistinct(test, where));
    }

    private static CaseFiles readCase(final Path caseFolder) throws IOException, CaseException {
        final Map<String, Path> fileOfRole = new HashMap<>();
        final Set<String> ids = new TreeSet<>();
        for (final Path file : ImageName.imagesIn(caseFolder)) {
            final String role = roleOf(file);
            if (CHANNELS.contains(role) || role.equals(LABEL)) {
                final String name = ImageName.plainId(file);
                ids.add(name.substring(0, Math.max(name.lastIndexOf('_'), 0)));
                final Path other = fileOfRole.put(role, file);
                if (other != null) {
                    throw new CaseException(FaultCategory.UNREADABLE, "%s and %s are both the %s of one case; each may be there once, so remove one".formatted(other, file, role));
                }
            }
        }

        if (ids.size() > 1) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "The folder %s has files of several cases: %s; each case needs a folder of its own".formatted(caseFolder, String.join(", ", ids)));
        }

        final String id = ids.iterator().next();
        final List<Path> images = CHANNELS.stream().map(role -> fileOfRole.getOrDefault(role, caseFolder.resolve(id + "_" + role + USUAL_ENDING))).toList();
        return new CaseFiles(id, images, Optional.ofNullable(fileOfRole.get(LABEL)));
    }

    /** @return whether a description came from such a folder, or could have */
    static boolean describes(final DatasetDescription dataset) {
        return dataset.channels().equals(CHANNELS) && dataset.classes().equals(CLASSES);
    }

    /** @return the number in the task catalogue: one for cases with labels, one for those without */
    static String taskOf(final DatasetDescription dataset) {
        return dataset.training().isEmpty() ? "12" : "11";
    }
}
