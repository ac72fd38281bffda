/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.kernel;

import io.github.nnunet.bench.worker.PhantomCase;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.preprocess.CubicResize;
import io.github.nnunet.preprocess.Foreground;
import io.github.nnunet.preprocess.ForegroundChannel;
import io.github.nnunet.preprocess.LabelResize;
import io.github.nnunet.preprocess.NonZeroCrop;
import io.github.nnunet.preprocess.Normalization;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Preparation of one channel of 120x184x184 voxels and its label; resampling makes 156x239x239 of them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PreparationKernels {
    private static final int[] SHAPE = {120, 184, 184};
    private static final double[] SPACING = {1.3, 1.3, 1.3};
    private static final Shape FINER = new Shape(156, 239, 239);
    private static final int GZIP_LEVEL = 1;

    private ScanCase scan;
    private byte[] compressed;

    @Setup
    public void make() throws IOException {
        scan = PhantomCase.of(SHAPE, SPACING, 1, false);
        final ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = new GzipOutput(file, GZIP_LEVEL)) {
            CaseFile.write(out, scan);
        }

        compressed = file.toByteArray();
    }

    @Benchmark
    public ScanCase readGzip() throws CaseException, IOException {
        return CaseFile.read(new ByteArrayInputStream(compressed), "phantom", NiftiLimits.forHeap());
    }

    @Benchmark
    public ScanCase crop() throws CaseException {
        return NonZeroCrop.apply(scan, Foreground.ABOVE_ZERO);
    }

    @Benchmark
    public float[] splineResampling() {
        return CubicResize.resize(scan.channels()[0], scan.shape(), FINER);
    }

    @Benchmark
    public byte[] labelResampling() {
        return LabelResize.resize(scan.label().orElseThrow(), scan.shape(), FINER, SliceTeam.SINGLE);
    }

    @Benchmark
    public ScanCase normalize() throws CaseException {
        return Normalization.apply(scan, Modality.MRI, Optional.empty(), ForegroundChannel.NONE);
    }
}
