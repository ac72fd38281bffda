/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Puts the image files of a case and its label together: all must lie on one grid, and fit the plan if there is one. */
final class CaseAssembly {
    /** Grids that lie no further apart than this (mm) are the same: files keep their places as 32-bit numbers. */
    private static final double GRID_TOLERANCE = 1e-2;

    private final String name;
    private final Optional<Plan> plan;

    /** @param name what people know the case by */
    CaseAssembly(final String name, final Optional<Plan> plan) {
        this.name = name;
        this.plan = plan;
    }

    /**
     * @param images one case for each file, in the order of the channels
     * @param label  the label, where it is a file of its own
     */
    ScanCase assemble(final List<ScanCase> images, final Optional<LabelVolume> label) throws CaseException {
        final ScanCase first = images.getFirst();
        final List<float[]> channels = new ArrayList<>();
        final List<String> fileNames = new ArrayList<>();
        for (final ScanCase image : images) {
            requireSameGrid("image " + String.join(",", image.channelNames()), first.geometry(), image.geometry());
            channels.addAll(List.of(image.channels()));
            fileNames.addAll(image.channelNames());
        }

        if (label.isPresent()) {
            requireSameGrid("label", first.geometry(), label.get().geometry());
        }

        final byte[] voxels = label.map(LabelVolume::voxels).or(first::label).orElse(null);
        if (voxels != null) {
            requireKnownValues(voxels);
        }

        final CaseHistory history = images.size() == 1 ? first.history() : CaseHistory.of(first.geometry());
        return new ScanCase(channelNames(channels.size(), fileNames), channels.toArray(float[][]::new), voxels, first.geometry(), history);
    }

    private void requireSameGrid(final String what, final Geometry expected, final Geometry found) throws CaseException {
        if (!expected.shape().equals(found.shape())) {
            throw new CaseException(FaultCategory.GEOMETRY, "%s: the %s has %s voxels (z, y, x) and the first image %s. Bring them to one grid."
                    .formatted(name, what, found.shape(), expected.shape()));
        }

        if (!expected.coincides(found, GRID_TOLERANCE)) {
            throw new CaseException(FaultCategory.GEOMETRY, "%s: the %s and the first image lie at different places in space (their affines differ by more than %s mm). Bring them to one grid."
                    .formatted(name, what, GRID_TOLERANCE));
        }
    }

    private void requireKnownValues(final byte[] label) throws CaseException {
        if (plan.isEmpty()) {
            return;
        }

        final BitSet known = new BitSet();
        plan.get().classes().stream().mapToInt(LabelClass::value).forEach(known::set);
        for (final byte value : label) {
            if (!known.get(value & 0xFF)) {
                throw new CaseException(FaultCategory.LABEL, "%s: the label has the value %d, and the classes of the dataset are %s. Correct the label, or add the class to dataset.json."
                        .formatted(name, value & 0xFF, known));
            }
        }
    }

    private List<String> channelNames(final int count, final List<String> fileNames) throws CaseException {
        if (plan.isEmpty()) {
            return fileNames.stream().distinct().count() == count ? fileNames : numbered(count);
        }

        final List<String> planned = plan.get().channels();
        if (planned.size() != count) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "%s has %d channels, and its plan wants %d (%s). Give it the files of all channels, or another plan."
                    .formatted(name, count, planned.size(), String.join(", ", planned)));
        }

        return planned;
    }

    private static List<String> numbered(final int count) {
        final List<String> names = new ArrayList<>();
        for (int channel = 0; channel < count; channel++) {
            names.add(Integer.toString(channel));
        }

        return names;
    }
}
