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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A dataset with no dataset.json: a folder with imagesTr and labelsTr, and perhaps imagesTs; or a folder of scans, which
 * are then its test cases.
 */
final class DatasetFolder {
    static final String TRAINING_IMAGES = "imagesTr";
    static final String TRAINING_LABELS = "labelsTr";
    static final String TEST_IMAGES = "imagesTs";

    private DatasetFolder() {
    }

    static DatasetDescription read(final Path folder) throws IOException, CaseException {
        final String where = "The folder " + folder;
        final boolean labelled = Files.isDirectory(folder.resolve(TRAINING_LABELS));
        final List<CaseFiles> training = labelled
                ? CaseFolders.find(folder.resolve(TRAINING_IMAGES), Optional.of(folder.resolve(TRAINING_LABELS)))
                : List.of();
        final Path scans = labelled || Files.isDirectory(folder.resolve(TEST_IMAGES)) ? folder.resolve(TEST_IMAGES) : folder;
        final List<CaseFiles> test = CaseFolders.find(scans, Optional.empty());
        if (training.isEmpty() && test.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s has neither dataset.json nor NIfTI files; give a dataset in Medical Segmentation Decathlon layout or a folder of scans".formatted(where));
        }

        CaseFolders.requireFiles(training, where);
        final List<String> channels = channelNames(training.isEmpty() ? test.getFirst() : training.getFirst());
        return new DatasetDescription(nameOf(folder), folder, Modality.MRI, channels, List.of(),
                CaseFolders.sortedAndDistinct(training, where), CaseFolders.sortedAndDistinct(test, where));
    }

    private static List<String> channelNames(final CaseFiles files) throws IOException, CaseException {
        final int channels = files.images().size() > 1 ? files.images().size() : 1;
        return IntStream.range(0, channels).mapToObj(Integer::toString).toList();
    }

    /** @return the folder's name */
    static String nameOf(final Path folder) {
        final Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "dataset" : name.toString();
    }
}
