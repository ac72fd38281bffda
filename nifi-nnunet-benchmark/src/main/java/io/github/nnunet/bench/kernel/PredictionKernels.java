/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.kernel;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.inference.ScanRestoration;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.inference.WindowSums;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What follows the network: four classes of 96x144x144 voxels, windows of 64x64x64, and a scan of 124x187x187. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PredictionKernels {
    private static final int CLASSES = 4;
    private static final Shape PREPARED = new Shape(96, 144, 144);
    private static final Shape WINDOW = new Shape(64, 64, 64);
    private static final double OVERLAP = 0.5;

    private WindowSums windows;
    private ScanRestoration restoration;
    private CaseHistory resampled;
    private CaseHistory cropped;
    private float[][] logits;

    @Setup
    public void make() {
        final SplittableRandom random = new SplittableRandom(1);
        windows = new WindowSums(PREPARED, WINDOW, OVERLAP, noise(random, CLASSES * WINDOW.voxels()));
        logits = new float[CLASSES][];
        for (int output = 0; output < CLASSES; output++) {
            logits[output] = noise(random, PREPARED.voxels());
        }

        restoration = new ScanRestoration(new OutputActivation.ExclusiveClasses(IntStream.range(0, CLASSES).mapToObj(value -> new LabelClass(value, "class %d".formatted(value))).toList()));
        final CaseHistory scan = CaseHistory.of(new Geometry(new Shape(144, 207, 207), Orientation.aligned(1, 1, 1)));
        resampled = scan.withCrop(new Box(10, 10, 10, 134, 197, 197)).withResampledFrom(new Shape(124, 187, 187));
        cropped = scan.withCrop(new Box(10, 10, 10, 106, 154, 154));
    }

    private static float[] noise(final SplittableRandom random, final int count) {
        final float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }

        return values;
    }

    @Benchmark
    public Logits windowAccumulation() {
        return windows.blend();
    }

    /** Resized with cubic splines, the largest logit chosen. */
    @Benchmark
    public Segmentation restoreResampled() throws CaseException {
        return restoration.restore(new Logits.Single(logits), PREPARED, resampled);
    }

    /** The largest logit chosen. */
    @Benchmark
    public Segmentation restoreCropped() throws CaseException {
        return restoration.restore(new Logits.Single(logits), PREPARED, cropped);
    }
}
