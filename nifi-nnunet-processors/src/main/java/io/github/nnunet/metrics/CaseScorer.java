/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Spacing;

import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Scores a predicted label map against its reference on the scan's own grid. */
public final class CaseScorer {
    /** Grids that lie no further apart than this (mm) are the same: files keep their places as 32-bit floats. */
    public static final double GRID_TOLERANCE = 1e-2;
    /** The tolerance in mm of surface Dice unless another is chosen. */
    public static final double SURFACE_TOLERANCE = 1;
    private static final double HAUSDORFF_PART = 0.95;
    private static final double CUBIC_MILLIMETRES_A_MILLILITRE = 1000;

    private final List<ScoredClass> scored;
    private final Set<Measure> measures;
    private final BitSet known;
    private final double surfaceTolerance;

    /** With the usual tolerance of surface Dice, 1 mm. */
    public CaseScorer(final List<ScoredClass> scored, final Collection<Integer> knownValues, final Set<Measure> measures) {
        this(scored, knownValues, measures, SURFACE_TOLERANCE);
    }

    /**
     * @param scored           what is scored, the background left out
     * @param knownValues      every value that a label map may have, the background's among them
     * @param measures         what is computed; Dice always is
     * @param surfaceTolerance of surface Dice in mm
     */
    public CaseScorer(final List<ScoredClass> scored, final Collection<Integer> knownValues, final Set<Measure> measures, final double surfaceTolerance) {
        if (scored.isEmpty()) {
            throw new IllegalArgumentException("At least one class is scored");
        }
        this.scored = List.copyOf(scored);
        this.measures = EnumSet.of(Measure.DICE);
        this.measures.addAll(measures);
        this.known = new BitSet(LabelOverlap.LARGEST_VALUE + 1);
        this.surfaceTolerance = surfaceTolerance;
        for (final int value : knownValues) {
            known.set(value);
        }
    }

    /**
     * @param id                  the case
     * @param prediction          predicted values, unsigned bytes [z*y*x]
     * @param predictionGeometry  their grid
     * @param reference           the reference label, unsigned bytes [z*y*x]
     * @param referenceGeometry   its grid
     * @throws CaseException if the grids differ, or a value is not a known class
     */
    public CaseScores score(final String id, final byte[] prediction, final Geometry predictionGeometry, final byte[] reference,
                            final Geometry referenceGeometry) throws CaseException {
        requireSameGrid(id, predictionGeometry, referenceGeometry);
        final LabelOverlap overlap = LabelOverlap.count(prediction, reference);
        requireKnownValues(id, overlap);
        final Map<String, Map<Measure, Double>> classes = new LinkedHashMap<>();
        final Map<String, EmptyMask> empty = new LinkedHashMap<>();
        for (final ScoredClass one : scored) {
            final Map<Measure, Double> all = overlapMeasures(overlap, one, predictionGeometry.spacing());
            if (measures.contains(Measure.HAUSDORFF_95) || measures.contains(Measure.SURFACE_DICE)) {
                final SurfaceDistances distances = SurfaceDistances.of(prediction, reference, predictionGeometry.shape(), predictionGeometry.spacing(), one.values());
                all.put(Measure.HAUSDORFF_95, distances.hausdorff(HAUSDORFF_PART));
                all.put(Measure.SURFACE_DICE, distances.surfaceDice(surfaceTolerance));
            }

            all.keySet().retainAll(measures);
            classes.put(one.name(), all);
            emptiness(overlap, one).ifPresent(mask -> empty.put(one.name(), mask));
        }

        return new CaseScores(id, classes, empty);
    }

    private static Optional<EmptyMask> emptiness(final LabelOverlap overlap, final ScoredClass one) {
        final boolean unpredicted = overlap.predicted(one.values()) == 0;
        final boolean absent = overlap.reference(one.values()) == 0;
        if (unpredicted && absent) {
            return Optional.of(EmptyMask.BOTH);
        }

        if (unpredicted) {
            return Optional.of(EmptyMask.PREDICTION);
        }

        return absent ? Optional.of(EmptyMask.REFERENCE) : Optional.empty();
    }

    private static void requireSameGrid(final String id, final Geometry prediction, final Geometry reference) throws CaseException {
        if (!prediction.shape().equals(reference.shape())) {
            throw new CaseException(FaultCategory.GEOMETRY,
                    "Case %s: the prediction has %s voxels (z, y, x) and the reference label %s: score each prediction against the label of its own scan"
                            .formatted(id, prediction.shape(), reference.shape()));
        }

        if (!prediction.coincides(reference, GRID_TOLERANCE)) {
            throw new CaseException(FaultCategory.GEOMETRY,
                    ("Case %s: the prediction and the reference label have the same shape but lie at different places in space (affines differ by more than %s mm): "
                            + "score each prediction against the label of its own scan").formatted(id, GRID_TOLERANCE));
        }
    }

    private void requireKnownValues(final String id, final LabelOverlap overlap) throws CaseException {
        for (int value = 0; value <= LabelOverlap.LARGEST_VALUE; value++) {
            if (!known.get(value)) {
                final List<Integer> values = List.of(value);
                requireNone(id, "reference label", value, overlap.reference(values));
                requireNone(id, "prediction", value, overlap.predicted(values));
            }
        }
    }

    private void requireNone(final String id, final String what, final int value, final long voxels) throws CaseException {
        if (voxels > 0) {
            throw new CaseException(FaultCategory.LABEL, "Case %s: the %s has the value %d in %d voxels, which is no class of this dataset (%s): correct the label, or the classes of the plan"
                    .formatted(id, what, value, voxels, known.stream().boxed().toList()));
        }
    }

    private Map<Measure, Double> overlapMeasures(final LabelOverlap overlap, final ScoredClass one, final Spacing spacing) {
        final long predicted = overlap.predicted(one.values());
        final long reference = overlap.reference(one.values());
        final long both = overlap.both(one.values());
        final double millilitres = spacing.z() * spacing.y() * spacing.x() / CUBIC_MILLIMETRES_A_MILLILITRE;
        final Map<Measure, Double> all = new EnumMap<>(Measure.class);
        all.put(Measure.DICE, DiceScore.of(predicted, reference, both));
        all.put(Measure.SENSITIVITY, (double) both / reference);
        all.put(Measure.SPECIFICITY, (double) (overlap.voxels() - predicted - reference + both) / (overlap.voxels() - reference));
        all.put(Measure.PRECISION, (double) both / predicted);
        all.put(Measure.PREDICTED_MILLILITRES, predicted * millilitres);
        all.put(Measure.REFERENCE_MILLILITRES, reference * millilitres);
        return all;
    }
}
