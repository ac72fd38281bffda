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
import java.util.List;

/**
 * What a dataset consists of, from its dataset.json or from its folders.
 *
 * @param name     the dataset's name, such as "Hippocampus"
 * @param folder   where dataset.json is
 * @param modality after the first channel
 * @param channels names of the channels in their order
 * @param classes  by value, the background first; empty if the dataset has no dataset.json
 * @param training labelled cases sorted by file name
 * @param test     unlabelled cases sorted by file name
 */
public record DatasetDescription(String name, Path folder, Modality modality, List<String> channels, List<LabelClass> classes,
                                 List<CaseFiles> training, List<CaseFiles> test) {

    public DatasetDescription {
        channels = List.copyOf(channels);
        classes = List.copyOf(classes);
        training = List.copyOf(training);
        test = List.copyOf(test);
    }

    /**
     * Single files that are not there are no error here: whoever reads their case says so.
     *
     * @param dataset a folder or its dataset.json
     * @throws CaseException if the description is malformed, or no case has all its files
     * @throws IOException   if it cannot be read
     */
    public static DatasetDescription read(final Path dataset) throws IOException, CaseException {
        final DatasetDescription description = readWithoutFiles(dataset);
        final List<CaseFiles> all = new ArrayList<>(description.training());
        all.addAll(description.test());
        CaseFolders.requireOneComplete(all, describedBy(dataset));
        return description;
    }

    private static String describedBy(final Path dataset) {
        final Path json = dataset.resolve(DatasetJson.FILE_NAME);
        if (Files.exists(json)) {
            return json.toString();
        }

        return Files.isDirectory(dataset) ? "The dataset " + dataset : dataset.toString();
    }

    /**
     * The same even if none of the files it names is there, for {@link DatasetCheck}.
     *
     * @param dataset a folder or its dataset.json
     * @throws CaseException if the description is malformed
     */
    public static DatasetDescription readWithoutFiles(final Path dataset) throws IOException, CaseException {
        if (Files.isDirectory(dataset)) {
            final Path json = dataset.resolve(DatasetJson.FILE_NAME);
            if (Files.exists(json)) {
                return DatasetJson.read(json);
            }

            return BratsFolder.isOne(dataset) ? BratsFolder.read(dataset) : DatasetFolder.read(dataset);
        }

        if (Files.isRegularFile(dataset)) {
            return DatasetJson.read(dataset);
        }

        throw new CaseException(FaultCategory.UNREADABLE,
                "There is no dataset at %s; give a folder with dataset.json, imagesTr and labelsTr, or its dataset.json".formatted(dataset));
    }

    /** @return how the values in the label files become those of the classes */
    public LabelMapping labelMapping() {
        return BratsFolder.describes(this) ? BratsFolder.LABEL_MAPPING : LabelMapping.NONE;
    }
}
