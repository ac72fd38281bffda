/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Decides how a dataset is prepared and segmented. */
public final class Planner {
    /** The largest patches of the task catalogue. */
    private static final long BUDGET_3D = 128L * 128 * 128;
    private static final long BUDGET_2D = 512L * 512;

    private Planner() {
    }

    /** The same by the reference's rules where the dataset is not in the catalogue. */
    public static Plan plan(final DatasetDescription dataset, final String task, final int dimensions, final boolean foregroundChannel)
            throws IOException, CaseException {
        return plan(dataset, task, dimensions, foregroundChannel, PlanningOptions.REFERENCE);
    }

    /**
     * The plan of the task catalogue if the task is known and the dataset agrees with it in modality, channels and classes;
     * else one after the dataset's fingerprint. A CT dataset that is not in the catalogue is read whole for its statistics;
     * by nnU-Net's rules any dataset is read whole, for the boxes of what is not zero.
     *
     * @param task              a task number or name; or empty: the catalogue is used if the dataset has both the number and the name of a task
     * @param dimensions        2 or 3
     * @param foregroundChannel whether the foreground mask is one more input channel
     * @param options           for a dataset that is not in the catalogue
     * @throws CaseException if the dataset cannot be trained on, or a file of it is bad
     */
    public static Plan plan(final DatasetDescription dataset, final String task, final int dimensions, final boolean foregroundChannel, final PlanningOptions options)
            throws IOException, CaseException {
        final DatasetDescription complete = dataset.classes().isEmpty() ? withClassesOfLabels(dataset) : dataset;
        if (complete.classes().size() < 2) {
            throw new CaseException(FaultCategory.LABEL,
                    "The dataset %s has no class but the background, so there is nothing to learn; name its classes in dataset.json".formatted(dataset.folder()));
        }

        final Optional<TaskCatalogue.Task> known = known(complete, task, dimensions);
        if (known.isPresent() && known.get().spacing().isPresent()) {
            return fromCatalogue(complete, known.get(), dimensions, foregroundChannel);
        }

        final DatasetFingerprint fingerprint = DatasetFingerprint.of(complete);
        if (known.isEmpty() && options.rules() == Planning.NNUNET) {
            return byNnunet(complete, taskOf(complete, task), dimensions, foregroundChannel, fingerprint, options.memoryGigabytes());
        }

        final Spacing spacing = fingerprint.targetSpacing();
        final Shape patch = known.map(TaskCatalogue.Task::patch).orElseGet(() -> patch(fingerprint, dimensions));
        final String number = known.map(TaskCatalogue.Task::task).orElseGet(() -> taskOf(complete, task));
        return new Plan(number, complete.name(), dimensions, complete.modality(), complete.channels(), complete.classes(), spacing, patch,
                fingerprint.ctStatistics(), foregroundChannel);
    }

    private static Optional<TaskCatalogue.Task> known(final DatasetDescription dataset, final String task, final int dimensions) {
        if (!task.isBlank()) {
            return TaskCatalogue.find(task, dimensions).filter(entry -> entry.fits(dataset));
        }

        if (BratsFolder.describes(dataset)) {
            return TaskCatalogue.find(BratsFolder.taskOf(dataset), dimensions);
        }

        // A number alone proves nothing: anyone may call a dataset Task04.
        final String folder = DatasetFolder.nameOf(dataset.folder());
        return TaskCatalogue.find(folder, dimensions)
                .filter(entry -> entry.fits(dataset))
                .filter(entry -> withoutNumber(entry.name()).equals(withoutNumber(folder)));
    }

    private static String withoutNumber(final String name) {
        return name.replaceFirst("^(?i)(Task|Dataset)\\d+_", "").toLowerCase(Locale.ROOT);
    }

    private static Plan fromCatalogue(final DatasetDescription dataset, final TaskCatalogue.Task task, final int dimensions, final boolean foregroundChannel) {
        return new Plan(task.task(), dataset.name(), dimensions, task.modality(), dataset.channels(), dataset.classes(),
                task.spacing().orElseThrow(), task.patch(), task.ctStatistics(), foregroundChannel);
    }

    private static String taskOf(final DatasetDescription dataset, final String task) {
        if (!task.isBlank()) {
            return TaskCatalogue.numberOf(task).orElse(task.strip());
        }

        return TaskCatalogue.numberOf(DatasetFolder.nameOf(dataset.folder())).orElse(dataset.name());
    }

    private static Plan byNnunet(final DatasetDescription dataset, final String task, final int dimensions, final boolean foregroundChannel,
                                 final DatasetFingerprint fingerprint, final double memoryGigabytes) throws IOException, CaseException {
        final List<Shape> shapes = NonZeroShapes.of(dataset, NiftiLimits.forHeap());
        final NnunetRules.Configuration configuration = NnunetRules.configure(shapes, fingerprint.spacings(), dimensions, dataset.classes().size(), memoryGigabytes);
        return new Plan(task, dataset.name(), dimensions, dataset.modality(), dataset.channels(), dataset.classes(), configuration.spacing(), configuration.patch(),
                fingerprint.ctStatistics(), foregroundChannel, Optional.of(configuration.network()));
    }

    private static Shape patch(final DatasetFingerprint fingerprint, final int dimensions) {
        if (dimensions == 3) {
            final Spacing spacing = fingerprint.targetSpacing();
            return PatchSize.choose(fingerprint.medianShapeAt(spacing), spacing, dimensions, BUDGET_3D);
        }

        // 2D cases are not resampled, and what is beyond the patch is cut off: the patch covers the usual slice.
        return PatchSize.choose(fingerprint.medianShape(), fingerprint.targetSpacing(), dimensions, BUDGET_2D);
    }

    /** Without a dataset.json the labels themselves must say which classes there are. */
    private static DatasetDescription withClassesOfLabels(final DatasetDescription dataset) throws IOException, CaseException {
        final NiftiLimits limits = NiftiLimits.forHeap();
        final TreeSet<Integer> values = new TreeSet<>();
        ReadableCases.read(dataset.training(), files -> {
            final boolean[] present = new boolean[256];
            for (final byte value : LabelFile.read(files.label().orElseThrow(), limits).voxels()) {
                present[value & 0xff] = true;
            }

            for (int value = 1; value < present.length; value++) {
                if (present[value]) {
                    values.add(value);
                }
            }
        });

        if (values.isEmpty()) {
            throw new CaseException(FaultCategory.LABEL,
                    "The dataset %s has no training case with a label above 0, so there is nothing to learn; add labelled cases".formatted(dataset.folder()));
        }

        final List<LabelClass> classes = new ArrayList<>();
        classes.add(new LabelClass(0, "background"));
        values.forEach(value -> classes.add(new LabelClass(value, "class " + value)));
        return new DatasetDescription(dataset.name(), dataset.folder(), dataset.modality(), dataset.channels(), classes, dataset.training(), dataset.test());
    }
}
