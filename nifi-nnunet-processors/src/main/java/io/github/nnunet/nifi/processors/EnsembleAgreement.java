/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Spacing;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Whether models can predict the same prepared case and their probabilities can be averaged. */
final class EnsembleAgreement {
    /** Spacings in mm that are this close are the same. */
    private static final double SPACING_TOLERANCE = 1e-3;

    private final Path file;
    private final Plan plan;

    /** @param plan the first model's */
    EnsembleAgreement(final Path file, final Plan plan) {
        this.file = file;
        this.plan = plan;
    }

    /**
     * @param otherFile a further model
     * @param other     its plan
     * @throws CaseException if it needs other channels, gives other classes, or (3D) needs another spacing
     */
    void require(final Path otherFile, final Plan other) throws CaseException {
        requireSame(otherFile, "classes", labels(plan), labels(other));
        requireSame(otherFile, "channels", lowerCase(plan.channels()), lowerCase(other.channels()));
        requireSame(otherFile, "use of the foreground channel", plan.foregroundChannel(), other.foregroundChannel());
        if (plan.dimensions() == 3 && other.dimensions() == 3 && !isClose(plan.spacing(), other.spacing())) {
            throw disagreement(otherFile, "target spacing", plan.spacing(), other.spacing());
        }
    }

    private static List<String> labels(final Plan of) {
        return of.classes().stream().map(one -> "%d %s".formatted(one.value(), one.name().toLowerCase(Locale.ROOT))).toList();
    }

    private static List<String> lowerCase(final List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    private void requireSame(final Path otherFile, final String what, final Object mine, final Object others) throws CaseException {
        if (!mine.equals(others)) {
            throw disagreement(otherFile, what, mine, others);
        }
    }

    private static boolean isClose(final Spacing one, final Spacing other) {
        return Math.abs(one.z() - other.z()) <= SPACING_TOLERANCE && Math.abs(one.y() - other.y()) <= SPACING_TOLERANCE && Math.abs(one.x() - other.x()) <= SPACING_TOLERANCE;
    }

    private CaseException disagreement(final Path otherFile, final String what, final Object mine, final Object others) {
        return new CaseException(FaultCategory.UNSUPPORTED, "The models %s and %s cannot be averaged, as they differ in %s (%s and %s): name only models of the same dataset and preparation"
                .formatted(file, otherFile, what, mine, others));
    }
}
