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
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * From the files of a segmentation and of its reference label to the overlaps. The reference's evaluate.py reads what its own
 * prediction has written, a probability of each class; ours a label map.
 */
final class EvaluateTask implements BenchTask {
    private static final int BUFFER_BYTES = 1 << 16;

    private final CaseScorer scorer;
    private final List<ScoredClass> classes;
    private final Path segmentation;
    private final Path label;
    private CaseScores scores;

    private EvaluateTask(final CaseScorer scorer, final List<ScoredClass> classes, final Path segmentation, final Path label) {
        this.scorer = scorer;
        this.classes = classes;
        this.segmentation = segmentation;
        this.label = label;
    }

    static EvaluateTask of(final Path folder, final Spec spec) throws IOException {
        final ScanCase scan = PhantomCase.of(spec.integers("shape"), spec.decimals("spacing"), 1, false);
        final byte[] reference = scan.label().orElseThrow();
        final byte[] prediction = ScoreTask.shifted(reference, spec.integers("shape")[2]);
        final Path segmentation = folder.resolve("segmentation.nii.gz");
        final Path label = folder.resolve("label.nii.gz");
        write(segmentation, scan, prediction);
        write(label, scan, reference);
        final int outputs = spec.integer("classes") + 1;
        new ResultArray.Floats(sizes(outputs, scan.shape()), probabilities(prediction, outputs)).write(folder.resolve("probabilities.npy"));
        final List<ScoredClass> classes = IntStream.range(1, outputs).mapToObj(value -> new ScoredClass("class %d".formatted(value), value)).toList();
        final Set<Integer> values = IntStream.range(0, outputs).boxed().collect(Collectors.toSet());
        return new EvaluateTask(new CaseScorer(classes, values, Set.of(Measure.DICE, Measure.SENSITIVITY, Measure.SPECIFICITY, Measure.PRECISION)), classes, segmentation, label);
    }

    private static int[] sizes(final int outputs, final Shape shape) {
        return new int[] {outputs, shape.depth(), shape.height(), shape.width()};
    }

    private static void write(final Path file, final ScanCase scan, final byte[] label) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            LabelFile.write(out, label, scan.geometry(), true);
        }
    }

    private static float[][] probabilities(final byte[] label, final int outputs) {
        final float[][] probabilities = new float[outputs][label.length];
        for (int voxel = 0; voxel < label.length; voxel++) {
            probabilities[label[voxel]][voxel] = 1;
        }

        return probabilities;
    }

    @Override
    public void run() throws CaseException, IOException {
        final LabelVolume predicted = LabelFile.read(segmentation, NiftiLimits.forHeap());
        final LabelVolume wanted = LabelFile.read(label, NiftiLimits.forHeap());
        scores = scorer.score("case", predicted.voxels(), predicted.geometry(), wanted.voxels(), wanted.geometry());
    }

    @Override
    public List<ResultArray> result() {
        final float[] dice = new float[classes.size()];
        for (int i = 0; i < dice.length; i++) {
            dice[i] = (float) scores.dice(classes.get(i).name());
        }

        return List.of(ResultArray.scalars(dice));
    }
}
