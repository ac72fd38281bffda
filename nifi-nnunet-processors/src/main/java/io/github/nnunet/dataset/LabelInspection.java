/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.LabelMapping;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads the labels of a dataset one after the other and notes what is wrong with each. */
final class LabelInspection {
    private static final int LABELS = 256;
    /** A message names so many values that are no class. */
    private static final int VALUES_IN_MESSAGE = 5;

    private final NiftiLimits limits;
    private final BitSet known = new BitSet();
    /** By value in the file. */
    private final int[] classOf;
    private final List<DatasetFinding> findings;

    /**
     * @param classes  of the dataset; if there are none, any whole number from 0 to 255 is a class
     * @param mapping  how values in the files become those of the classes
     * @param findings where findings are added
     */
    LabelInspection(final NiftiLimits limits, final List<LabelClass> classes, final LabelMapping mapping, final List<DatasetFinding> findings) {
        this.limits = limits;
        this.classOf = IntStream.range(0, LABELS).map(mapping::valueOf).toArray();
        this.findings = findings;
        if (classes.isEmpty()) {
            known.set(0, LABELS);
        }

        classes.forEach(labelClass -> known.set(labelClass.value()));
    }

    /**
     * What is known of a label whose voxels could be read.
     *
     * @param geometry empty if the header has no sound one
     * @param values   the classes that it has
     */
    record Label(Optional<Geometry> geometry, BitSet values) {
    }

    /** @return the label's facts; empty if it cannot be read */
    Optional<Label> inspect(final Path file) {
        final Optional<NiftiImage> image = ImageInspection.read(file, limits, findings);
        if (image.isEmpty()) {
            return Optional.empty();
        }

        if (image.get().volumeCount() != 1) {
            add(file, "it has %d volumes; a label map is one volume with a number for each class. Merge them into one.".formatted(image.get().volumeCount()));
            return Optional.empty();
        }

        final BitSet values = values(file, image.get().volume(0));
        return Optional.of(new Label(geometry(file), values));
    }

    private void add(final Path file, final String message) {
        findings.add(new DatasetFinding(DatasetProblem.LABEL, List.of(file), message));
    }

    private BitSet values(final Path file, final float[] voxels) {
        final BitSet found = new BitSet();
        final TreeSet<Float> strange = new TreeSet<>();
        long strangeVoxels = 0;
        for (final float voxel : voxels) {
            final int value = (int) voxel;
            if (value == voxel && value >= 0 && value < LABELS && known.get(classOf[value])) {
                found.set(classOf[value]);
            } else {
                strangeVoxels++;
                if (strange.size() <= VALUES_IN_MESSAGE) {
                    strange.add(voxel);
                }
            }
        }

        if (strangeVoxels > 0) {
            add(file, "%d voxels have values that are no class of the dataset, such as %s; the classes are %s. Correct the label, or add the class to dataset.json."
                    .formatted(strangeVoxels, strange.stream().limit(VALUES_IN_MESSAGE).map(Object::toString).collect(Collectors.joining(", ")), classes()));
        }

        return found;
    }

    private String classes() {
        return known.cardinality() == LABELS ? "whole numbers from 0 to 255" : known.toString();
    }

    private Optional<Geometry> geometry(final Path file) {
        try {
            return Optional.of(CaseFile.readSummary(file).geometry());
        } catch (final CaseException | IOException e) {
            findings.add(new DatasetFinding(ImageInspection.problemOf(e), List.of(file), ImageInspection.sentence(e)));
            return Optional.empty();
        }
    }
}
