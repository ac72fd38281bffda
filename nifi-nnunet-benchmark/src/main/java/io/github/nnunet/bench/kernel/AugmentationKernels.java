/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.kernel;

import io.github.nnunet.bench.worker.PhantomCase;
import io.github.nnunet.training.FixedAugmentation;
import io.github.nnunet.volume.ScanCase;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Every augmentation of one channel of 128x128x128 voxels and its label. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class AugmentationKernels {
    private static final int[] SHAPE = {128, 128, 128};
    private static final double[] SPACING = {1, 1, 1};

    private ScanCase scan;

    @Setup
    public void make() {
        scan = PhantomCase.of(SHAPE, SPACING, 1, false);
    }

    @Benchmark
    public float[] augmentation() {
        final float[] image = scan.channels()[0].clone();
        FixedAugmentation.apply(scan.shape(), 1, image, scan.label().orElseThrow().clone(), new SplittableRandom(1));
        return image;
    }
}
