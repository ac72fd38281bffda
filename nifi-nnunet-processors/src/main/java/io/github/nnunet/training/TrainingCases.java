/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cases of a job, opened and found fit for its plan.
 *
 * @param plan       of the dataset
 * @param targets    what the labels mean
 * @param training   to learn from
 * @param validation to score on
 */
record TrainingCases(Plan plan, TargetMap targets, List<PreparedCase> training, List<PreparedCase> validation) {

    private static final Set<Integer> BRATS_VALUES = Set.of(0, 1, 2, 3);

    static TrainingCases open(final TrainingJob job) throws IOException, CaseException {
        final PreparedDataset dataset = new PreparedDataset(job.dataset());
        final Plan plan = dataset.plan();
        if (job.settings().loss().brats()) {
            requireRegions(plan);
        }

        final TargetMap targets = new TargetMap(plan, job.settings().loss());
        final List<PreparedCase> validation = openAll(dataset, plan, targets, job.validation());
        if (job.settings().validation().grid() == ValidationGrid.ORIGINAL) {
            requireScanLabels(validation);
        }

        return new TrainingCases(plan, targets, openAll(dataset, plan, targets, job.training()), validation);
    }

    private static void requireRegions(final Plan plan) throws CaseException {
        final Set<Integer> values = plan.classes().stream().map(LabelClass::value).collect(Collectors.toSet());
        if (!values.equals(BRATS_VALUES)) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The regions of BraTS are made of the label values 1, 2 and 3, and the dataset %s has classes %s: train its classes instead"
                    .formatted(plan.name(), plan.classes().stream().map(LabelClass::value).toList()));
        }
    }

    /** Before the first epoch, not after it. */
    private static void requireScanLabels(final List<PreparedCase> validation) throws CaseException {
        for (final PreparedCase prepared : validation) {
            ScanLabel.requireStored(prepared);
        }
    }

    static List<PreparedCase> openAll(final PreparedDataset dataset, final Plan plan, final TargetMap targets, final List<String> ids) throws IOException, CaseException {
        final List<PreparedCase> cases = new ArrayList<>();
        for (final String id : ids) {
            final PreparedCase opened = dataset.open(id);
            requireFit(opened, plan, targets);
            cases.add(opened);
        }

        return List.copyOf(cases);
    }

    private static void requireFit(final PreparedCase opened, final Plan plan, final TargetMap targets) throws CaseException {
        if (opened.channels() != plan.inputChannels()) {
            throw new CaseException(FaultCategory.GEOMETRY, "The prepared case %s has %d channels, but the plan says %d: prepare the dataset again with one plan"
                    .formatted(opened.id(), opened.channels(), plan.inputChannels()));
        }

        for (final int value : opened.foregroundValues()) {
            if (!targets.knows(value)) {
                throw new CaseException(FaultCategory.LABEL, "The label of the prepared case %s has the value %d, which is none of the plan's classes: correct the label or add the class"
                        .formatted(opened.id(), value));
            }
        }
    }
}
