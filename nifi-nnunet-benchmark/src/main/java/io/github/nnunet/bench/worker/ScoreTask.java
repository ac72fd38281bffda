/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.metrics.CaseScorer;
import io.github.nnunet.metrics.CaseScores;
import io.github.nnunet.metrics.Measure;
import io.github.nnunet.metrics.ScoredClass;
import io.github.nnunet.metrics.SurfaceTable;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The scores of a segmentation. */
final class ScoreTask implements BenchTask {
    private static final List<Measure> OVERLAPS = List.of(Measure.DICE, Measure.SENSITIVITY, Measure.SPECIFICITY, Measure.PRECISION);
    private static final List<Measure> SURFACES = List.of(Measure.HAUSDORFF_95, Measure.SURFACE_DICE);

    private final CaseScorer scorer;
    private final List<ScoredClass> classes;
    private final List<Measure> measures;
    private final Geometry geometry;
    private final byte[] prediction;
    private final byte[] reference;
    private CaseScores scores;

    private ScoreTask(final CaseScorer scorer, final List<ScoredClass> classes, final List<Measure> measures, final Geometry geometry, final byte[] prediction, final byte[] reference) {
        this.scorer = scorer;
        this.classes = classes;
        this.measures = measures;
        this.geometry = geometry;
        this.prediction = prediction;
        this.reference = reference;
    }

    static ScoreTask of(final Path folder, final Spec spec) throws IOException {
        final ScanCase scan = PhantomCase.of(spec.integers("shape"), spec.decimals("spacing"), 1, false);
        final byte[] reference = scan.label().orElseThrow();
        final byte[] prediction = shifted(reference, spec.integers("shape")[2]);
        new ResultArray.Labels(spec.integers("shape"), prediction).write(folder.resolve("prediction.npy"));
        new ResultArray.Labels(spec.integers("shape"), reference).write(folder.resolve("reference.npy"));
        writeAreas(folder, scan.geometry());
        final List<ScoredClass> classes = new ArrayList<>();
        final Set<Integer> values = new TreeSet<>(Set.of(0));
        for (int value = 1; value <= spec.integer("classes"); value++) {
            classes.add(new ScoredClass("class %d".formatted(value), value));
            values.add(value);
        }

        final List<Measure> measures = new ArrayList<>(OVERLAPS);
        if (spec.isTrue("surfaces")) {
            measures.addAll(SURFACES);
        }

        return new ScoreTask(new CaseScorer(classes, values, Set.copyOf(measures)), classes, measures, scan.geometry(), prediction, reference);
    }

    private static void writeAreas(final Path folder, final Geometry geometry) throws IOException {
        final double[] areas = SurfaceTable.areas(geometry.spacing());
        final float[] values = new float[areas.length];
        for (int kind = 0; kind < areas.length; kind++) {
            values[kind] = (float) areas[kind];
        }

        ResultArray.scalars(values).write(folder.resolve("areas.npy"));
    }

    /** Two voxels along x and one along y beside the truth. */
    static byte[] shifted(final byte[] label, final int width) {
        final byte[] moved = new byte[label.length];
        System.arraycopy(label, 0, moved, width + 2, label.length - width - 2);
        return moved;
    }

    @Override
    public void run() throws CaseException {
        scores = scorer.score("case", prediction, geometry, reference, geometry);
    }

    @Override
    public List<ResultArray> result() {
        final float[] values = new float[classes.size() * measures.size()];
        int place = 0;
        for (final ScoredClass one : classes) {
            for (final Measure measure : measures) {
                values[place] = scores.classes().get(one.name()).get(measure).floatValue();
                place++;
            }
        }

        return List.of(ResultArray.scalars(values));
    }
}
