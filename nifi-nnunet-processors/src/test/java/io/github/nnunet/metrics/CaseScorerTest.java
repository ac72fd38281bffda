/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CaseScorerTest {
    private static final double TOLERANCE = 1e-12;
    private static final Geometry GRID = new Geometry(new Shape(1, 2, 5), Orientation.aligned(0.5, 2, 4));
    private static final byte[] PREDICTION = {0, 1, 1, 2, 0, 0, 0, 1, 0, 0};
    private static final byte[] REFERENCE = {0, 1, 0, 1, 0, 0, 1, 1, 0, 0};

    private final CaseScorer scorer = new CaseScorer(List.of(new ScoredClass("one", 1), new ScoredClass("two", 2)), List.of(0, 1, 2),
            EnumSet.of(Measure.SENSITIVITY, Measure.SPECIFICITY, Measure.PRECISION, Measure.PREDICTED_MILLILITRES, Measure.REFERENCE_MILLILITRES));

    @Test
    void overlapMeasuresAreThoseOfTheirDefinitions() throws CaseException {
        final CaseScores scores = scorer.score("a", PREDICTION, GRID, REFERENCE, GRID);
        final Map<Measure, Double> one = scores.classes().get("one");
        assertEquals(4.0 / 7, one.get(Measure.DICE), TOLERANCE);
        assertEquals(2.0 / 4, one.get(Measure.SENSITIVITY), TOLERANCE);
        assertEquals(5.0 / 6, one.get(Measure.SPECIFICITY), TOLERANCE);
        assertEquals(2.0 / 3, one.get(Measure.PRECISION), TOLERANCE);
        assertEquals(4.0 / 14, scores.mean(), TOLERANCE);
    }

    @Test
    void volumesAreMillilitresOnTheScansGrid() throws CaseException {
        final Map<Measure, Double> one = scorer.score("a", PREDICTION, GRID, REFERENCE, GRID).classes().get("one");
        assertEquals(3 * 0.004, one.get(Measure.PREDICTED_MILLILITRES), TOLERANCE);
        assertEquals(4 * 0.004, one.get(Measure.REFERENCE_MILLILITRES), TOLERANCE);
    }

    @Test
    void classThatTheReferenceLacksHasNoSensitivity() throws CaseException {
        final Map<Measure, Double> two = scorer.score("a", PREDICTION, GRID, REFERENCE, GRID).classes().get("two");
        assertEquals(0, two.get(Measure.DICE));
        assertTrue(two.get(Measure.SENSITIVITY).isNaN());
        assertEquals(0.9, two.get(Measure.SPECIFICITY), TOLERANCE);
    }

    @Test
    void onlyMeasuresAskedForAreGiven() throws CaseException {
        final CaseScorer plain = new CaseScorer(List.of(new ScoredClass("one", 1)), List.of(0, 1, 2), Set.of());
        final CaseScores scores = plain.score("a", PREDICTION, GRID, REFERENCE, GRID);
        assertEquals(EnumSet.of(Measure.DICE), scores.classes().get("one").keySet());
    }

    @Test
    void surfaceMeasuresAreGivenWhenAskedFor() throws CaseException {
        final CaseScorer surfaces = new CaseScorer(List.of(new ScoredClass("one", 1), new ScoredClass("two", 2)), List.of(0, 1, 2),
                EnumSet.of(Measure.HAUSDORFF_95, Measure.SURFACE_DICE), 100);
        final CaseScores scores = surfaces.score("a", PREDICTION, GRID, REFERENCE, GRID);
        assertEquals(1, scores.classes().get("one").get(Measure.SURFACE_DICE), TOLERANCE);
        assertTrue(scores.classes().get("one").get(Measure.HAUSDORFF_95) > 0);
        assertTrue(scores.classes().get("two").get(Measure.HAUSDORFF_95).isInfinite());
        assertTrue(scores.toJson().contains("\"hd95\" : null"), scores.toJson());
        assertTrue(scores.toJson().contains("\"empty\" : \"reference\""), scores.toJson());
    }

    @Test
    void whoLacksAClassIsSaid() throws CaseException {
        final CaseScores scores = scorer.score("a", PREDICTION, GRID, REFERENCE, GRID);
        assertEquals(Map.of("two", EmptyMask.REFERENCE), scores.empty());
        assertEquals(Map.of("two", EmptyMask.PREDICTION), scorer.score("a", REFERENCE, GRID, PREDICTION, GRID).empty());
        assertEquals(Map.of("one", EmptyMask.BOTH, "two", EmptyMask.BOTH), scorer.score("a", new byte[10], GRID, new byte[10], GRID).empty());
        assertEquals(scores.empty(), CaseScores.fromJson(scores.toJson(), "the flowfile").empty());
    }

    @Test
    void bratsRegionsContainEachOther() throws CaseException {
        final CaseScorer regions = new CaseScorer(ScoredClass.bratsRegions(), List.of(0, 1, 2, 3, 4), Set.of());
        final byte[] prediction = {0, 1, 2, 3, 2, 1, 0, 0, 3, 0};
        final byte[] reference = {0, 2, 2, 4, 1, 1, 0, 3, 0, 0};
        final CaseScores scores = regions.score("a", prediction, GRID, reference, GRID);
        assertEquals(10.0 / 12, scores.dice("WT"), TOLERANCE);
        assertEquals(4.0 / 8, scores.dice("TC"), TOLERANCE);
        assertEquals(2.0 / 4, scores.dice("ET"), TOLERANCE);
    }

    @Test
    void predictionOfAnotherShapeIsRefused() {
        final Geometry other = new Geometry(new Shape(1, 5, 2), GRID.orientation());
        assertRefused(FaultCategory.GEOMETRY, "1x5x2", () -> scorer.score("a", PREDICTION, other, REFERENCE, GRID));
    }

    @Test
    void predictionAtAnotherPlaceIsRefused() {
        final Geometry other = new Geometry(GRID.shape(), Orientation.aligned(0.6, 2, 4));
        assertRefused(FaultCategory.GEOMETRY, "affines", () -> scorer.score("a", PREDICTION, other, REFERENCE, GRID));
    }

    @Test
    void valueThatIsNoClassIsRefusedByName() {
        final byte[] reference = REFERENCE.clone();
        reference[0] = (byte) 201;
        assertRefused(FaultCategory.LABEL, "reference label has the value 201", () -> scorer.score("a", PREDICTION, GRID, reference, GRID));
        assertRefused(FaultCategory.LABEL, "prediction has the value 201", () -> scorer.score("a", reference, GRID, PREDICTION, GRID));
    }

    private static void assertRefused(final FaultCategory category, final String words, final ThrowingScore score) {
        final CaseException fault = assertThrows(CaseException.class, score::run);
        assertEquals(category, fault.category());
        assertTrue(fault.getMessage().contains(words), fault.getMessage());
    }

    @FunctionalInterface
    private interface ThrowingScore {
        CaseScores run() throws CaseException;
    }
}
