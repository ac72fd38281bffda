/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the training cases of a dataset are like.
 *
 * @param shapes        voxels of each case, in the order of the cases
 * @param spacings      spacing of each case, in the order of the cases
 * @param targetSpacing the spacing to resample to
 * @param ctStatistics  for CT: of the voxels with a label above 0
 */
public record DatasetFingerprint(List<Shape> shapes, List<Spacing> spacings, Spacing targetSpacing, Optional<CtStatistics> ctStatistics) {
    /** From this ratio of the largest to the smallest spacing on, a dataset counts as anisotropic. */
    static final double ANISOTROPIC = 3;
    private static final double LOW_RESOLUTION_PERCENT = 10;

    public DatasetFingerprint {
        shapes = List.copyOf(shapes);
        spacings = List.copyOf(spacings);
    }

    /**
     * Reads the headers of all training images; for CT, all images and labels too, one at a time. A case with a damaged or
     * missing file is left out: it cannot be trained on either, and the step that fetches it says why.
     *
     * @throws CaseException if there is no training case that can be read; the first one's fault
     */
    public static DatasetFingerprint of(final DatasetDescription dataset) throws IOException, CaseException {
        return of(dataset, NiftiLimits.forHeap(), dataset.modality() == Modality.CT);
    }

    /**
     * @param limits      what an image or label may take
     * @param intensities whether to read the voxels for CT statistics
     */
    static DatasetFingerprint of(final DatasetDescription dataset, final NiftiLimits limits, final boolean intensities) throws IOException, CaseException {
        if (dataset.training().isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The dataset %s has no training cases to plan by; add labelled cases, or use the plan of a model".formatted(dataset.folder()));
        }

        final List<Shape> shapes = new ArrayList<>();
        final List<Spacing> spacings = new ArrayList<>();
        final List<CaseFiles> readable = ReadableCases.read(dataset.training(), files -> {
            final CaseSummary summary = CaseFile.readSummary(files.images().getFirst());
            shapes.add(summary.shape());
            spacings.add(summary.spacing());
        });
        final Optional<CtStatistics> statistics = intensities
                ? Optional.of(ForegroundIntensities.statistics(consumer -> ReadableCases.read(readable, files -> forEachLabelledVoxel(files, limits, consumer))))
                : Optional.empty();
        return new DatasetFingerprint(shapes, spacings, targetSpacing(spacings), statistics);
    }

    private static void forEachLabelledVoxel(final CaseFiles files, final NiftiLimits limits, final ForegroundIntensities.Consumer consumer)
            throws IOException, CaseException {
        final LabelVolume label = LabelFile.read(files.label().orElseThrow(), limits);
        for (final Path image : files.images()) {
            forEachLabelledVoxel(CaseFile.read(image, limits), label, files, consumer);
        }
    }

    private static void forEachLabelledVoxel(final ScanCase image, final LabelVolume label, final CaseFiles files, final ForegroundIntensities.Consumer consumer)
            throws CaseException {
        if (!image.shape().equals(label.geometry().shape())) {
            throw new CaseException(FaultCategory.GEOMETRY, "%s has the shape %s and its label %s; give the label of that image".formatted(
                    files.images().getFirst(), image.shape(), label.geometry().shape()));
        }

        final byte[] classes = label.voxels();
        for (final float[] channel : image.channels()) {
            for (int voxel = 0; voxel < classes.length; voxel++) {
                if (classes[voxel] != 0) {
                    consumer.accept(channel[voxel]);
                }
            }
        }
    }

    /**
     * The median spacing of each axis. If it is anisotropic, the axis of the lowest resolution (the largest spacing) takes
     * its 10th percentile instead, so that fewer slices are lost. (NVIDIA's code changes the axis of the highest resolution;
     * its documentation, and nnU-Net, say the lowest.)
     */
    static Spacing targetSpacing(final List<Spacing> spacings) {
        final double[] target = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            target[axis] = Percentile.median(along(spacings, axis));
        }

        if (Spacing.of(target).anisotropy() >= ANISOTROPIC) {
            final int lowest = largest(target);
            target[lowest] = Percentile.of(along(spacings, lowest), LOW_RESOLUTION_PERCENT);
        }

        return Spacing.of(target);
    }

    private static double[] along(final List<Spacing> spacings, final int axis) {
        return spacings.stream().mapToDouble(spacing -> spacing.along(axis)).toArray();
    }

    private static int largest(final double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }

        return largest;
    }

    /** @return voxels along [z][y][x] that the cases have at that spacing, the median of each axis */
    double[] medianShapeAt(final Spacing spacing) {
        final double[] median = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            final double[] sizes = new double[shapes.size()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = shapes.get(i).size(axis) * spacings.get(i).along(axis) / spacing.along(axis);
            }

            median[axis] = Percentile.median(sizes);
        }

        return median;
    }

    /** @return voxels along [z][y][x] as the cases are, the median of each axis */
    double[] medianShape() {
        final double[] median = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            final int alongAxis = axis;
            median[axis] = Percentile.median(shapes.stream().mapToDouble(shape -> shape.size(alongAxis)).toArray());
        }

        return median;
    }
}
