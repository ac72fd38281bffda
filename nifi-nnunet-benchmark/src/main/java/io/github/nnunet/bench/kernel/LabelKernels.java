/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.kernel;

import io.github.nnunet.bench.worker.PhantomCase;
import io.github.nnunet.inference.ConnectedComponents;
import io.github.nnunet.inference.Connectivity;
import io.github.nnunet.metrics.LabelOverlap;
import io.github.nnunet.metrics.SurfaceDistances;
import io.github.nnunet.volume.ScanCase;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Label maps of 120x184x184 voxels. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LabelKernels {
    private static final int[] SHAPE = {120, 184, 184};
    private static final double[] SPACING = {1.3, 1.3, 1.3};
    private static final double SPECKLES = 0.01;

    private ScanCase scan;
    private byte[] reference;
    private byte[] prediction;
    private byte[] speckled;
    private BitSet members;

    @Setup
    public void make() {
        scan = PhantomCase.of(SHAPE, SPACING, 1, false);
        reference = scan.label().orElseThrow();
        prediction = new byte[reference.length];
        System.arraycopy(reference, 0, prediction, SHAPE[2] + 2, reference.length - SHAPE[2] - 2);
        speckled = prediction.clone();
        final SplittableRandom random = new SplittableRandom(1);
        for (int voxel = 0; voxel < speckled.length; voxel++) {
            speckled[voxel] = random.nextDouble() < SPECKLES ? 1 : speckled[voxel];
        }

        members = new BitSet();
        members.set(1);
    }

    @Benchmark
    public LabelOverlap overlap() {
        return LabelOverlap.count(prediction, reference);
    }

    /** Label maps whose runs are short. */
    @Benchmark
    public LabelOverlap overlapOfSpeckles() {
        return LabelOverlap.count(speckled, reference);
    }

    @Benchmark
    public SurfaceDistances surfaceDistances() {
        return SurfaceDistances.of(prediction, reference, scan.shape(), scan.geometry().spacing(), List.of(1));
    }

    @Benchmark
    public ConnectedComponents connectedComponents() {
        return ConnectedComponents.of(speckled, scan.shape(), members, Connectivity.CORNERS);
    }
}
