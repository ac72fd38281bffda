/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the files of a case are.
 *
 * @param id     the case's name: the file name without .nii or .nii.gz, and without the channel number of nnU-Net v2
 * @param images one file with all channels, or one file a channel in the order of the channels
 * @param label  the reference segmentation, where there is one
 */
public record CaseFiles(String id, List<Path> images, Optional<Path> label) {

    /**
     * The reference's order of cases, on which the folds depend: that of the names of the prepared files, so "a10" comes
     * before "a1", because "0" comes before "_".
     */
    public static final Comparator<String> ID_ORDER = Comparator.comparing(id -> id + "_x.npy");

    public CaseFiles {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("Case %s has no image".formatted(id));
        }
    }
}
