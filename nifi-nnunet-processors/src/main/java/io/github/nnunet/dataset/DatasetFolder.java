/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.CaseFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A dataset with no dataset.json: a folder with imagesTr and labelsTr, and perhaps imagesTs; or a folder of scans, which
 * are then its test cases. It has no names of classes, and its scans are taken for MRI.
 */
final class DatasetFolder {
    static final String TRAINING_IMAGES = "imagesTr";
    static final String TRAINING_LABELS = "labelsTr";
    static final String TEST_IMAGES = "imagesTs";

    private DatasetFolder() {
    }

    static DatasetDescription read(final Path folder) throws IOException, CaseException {
        final Optional<Path> labels = Optional.of(folder.resolve(TRAINING_LABELS)).filter(Files::isDirectory);
        final List<CaseFiles> training = labels.isPresent() ? cases(folder.resolve(TRAINING_IMAGES), labels) : List.of();
        final boolean hasParts = labels.isPresent() || Files.isDirectory(folder.resolve(TEST_IMAGES));
        final List<CaseFiles> test = cases(hasParts ? folder.resolve(TEST_IMAGES) : folder, Optional.empty());
        final List<CaseFiles> all = new ArrayList<>(training);
        all.addAll(test);
        if (all.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s has no dataset.json, no imagesTr with labelsTr, and no NIfTI files of its own; give a dataset in Medical Segmentation Decathlon layout or a folder of scans".formatted(folder));
        }

        final String where = "The dataset " + folder;
        return new DatasetDescription(nameOf(folder), folder.toAbsolutePath(), Modality.MRI, channelNames(all.getFirst()), List.of(),
                CaseFolders.sortedAndDistinct(training, where), CaseFolders.sortedAndDistinct(test, where));
    }

    private static List<CaseFiles> cases(final Path images, final Optional<Path> labels) throws IOException, CaseException {
        final List<CaseFiles> plain = CaseFolders.oneFileEach(images, labels);
        final int channels = channelFiles(plain);
        // A label by the image's whole name says that the number at its end is part of the case's name.
        final boolean plainLabels = plain.stream().anyMatch(files -> files.label().filter(Files::exists).isPresent());
        return channels == 0 || plainLabels ? plain : CaseFolders.oneFileAChannel(images, labels, channels);
    }

    /** @return how many files a case seems to have; 0 if the names do not look like nnU-Net v2's */
    private static int channelFiles(final List<CaseFiles> plain) {
        int largest = -1;
        boolean hasFirst = false;
        for (final CaseFiles files : plain) {
            final Optional<Integer> channel = ImageName.of(files.images().getFirst()).channel();
            if (channel.isEmpty()) {
                return 0;
            }

            largest = Math.max(largest, channel.get());
            hasFirst |= channel.get() == 0;
        }

        return hasFirst ? largest + 1 : 0;
    }

    private static List<String> channelNames(final CaseFiles files) throws IOException, CaseException {
        final int channels = files.images().size() > 1 ? files.images().size() : CaseFile.readSummary(files.images().getFirst()).channels();
        return IntStream.range(0, channels).mapToObj(Integer::toString).toList();
    }

    /** @return the folder's name */
    static String nameOf(final Path folder) {
        final Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "dataset" : name.toString();
    }
}
