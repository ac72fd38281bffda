/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.preprocess.Foreground;
import io.github.nnunet.preprocess.ForegroundChannel;
import io.github.nnunet.preprocess.NonZeroCrop;
import io.github.nnunet.preprocess.Normalization;
import io.github.nnunet.preprocess.Resampling;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reading, writing and preparing cases. */
final class CaseTasks {
    private static final int BUFFER_BYTES = 1 << 16;
    /** That of nibabel. */
    private static final int GZIP_LEVEL = 1;

    /** A step from one case to another. */
    @FunctionalInterface
    private interface Step {
        ScanCase apply(ScanCase input) throws CaseException, IOException;
    }

    private CaseTasks() {
    }

    static BenchTask read(final Path folder, final Spec spec) throws IOException {
        final Path file = inputFile(folder, spec);
        return new StepTask(null, ignored -> CaseFile.read(file, NiftiLimits.forHeap()), true);
    }

    static BenchTask write(final Path folder, final Spec spec) throws IOException, CaseException {
        final Path target = folder.resolve("ours-" + spec.text("target"));
        final ScanCase input = CaseFile.read(inputFile(folder, spec), NiftiLimits.forHeap());
        return new StepTask(input, scan -> write(target, scan), true) {
            @Override
            public List<ResultArray> result() throws CaseException, IOException {
                return arrays(CaseFile.read(target, NiftiLimits.forHeap()), true);
            }
        };
    }

    static BenchTask crop(final Path folder, final Spec spec) throws IOException, CaseException {
        return new StepTask(input(folder, spec), scan -> NonZeroCrop.apply(scan, Foreground.ABOVE_ZERO), false);
    }

    static BenchTask resample(final Path folder, final Spec spec, final SliceTeam team) throws IOException, CaseException {
        return new StepTask(input(folder, spec), scan -> Resampling.apply(scan, spec.spacing("target"), team), false);
    }

    static BenchTask normalize(final Path folder, final Spec spec) throws IOException, CaseException {
        return new StepTask(input(folder, spec), scan -> normalized(scan, spec), false) {
            @Override
            public List<ResultArray> result() throws CaseException, IOException {
                return super.result().subList(0, 1);
            }
        };
    }

    /** From the file on disk to the arrays on disk. */
    static BenchTask prepare(final Path folder, final Spec spec, final SliceTeam team) throws IOException {
        final Path file = inputFile(folder, spec);
        return new StepTask(null, ignored -> {
            final ScanCase cropped = NonZeroCrop.apply(CaseFile.read(file, NiftiLimits.forHeap()), Foreground.ABOVE_ZERO);
            final ScanCase prepared = normalized(Resampling.apply(cropped, spec.spacing("target"), team), spec);
            final List<ResultArray> arrays = arrays(prepared, false);
            arrays.get(0).write(folder.resolve("ours_x.npy"));
            arrays.get(1).write(folder.resolve("ours_y.npy"));
            return prepared;
        }, false);
    }

    private static ScanCase normalized(final ScanCase scan, final Spec spec) throws CaseException {
        final Modality modality = Modality.valueOf(spec.text("modality"));
        final double[] values = spec.decimals("statistics");
        final Optional<CtStatistics> statistics = modality == Modality.CT ? Optional.of(new CtStatistics(values[0], values[1], values[2], values[3])) : Optional.empty();
        return Normalization.apply(scan, modality, statistics, ForegroundChannel.NONE);
    }

    private static ScanCase input(final Path folder, final Spec spec) throws IOException, CaseException {
        return CaseFile.read(inputFile(folder, spec), NiftiLimits.forHeap());
    }

    /** @return the file of a phantom, made if it is not there */
    private static Path inputFile(final Path folder, final Spec spec) throws IOException {
        final Path file = folder.resolve(spec.text("file"));
        if (!Files.exists(file)) {
            write(file, PhantomCase.of(spec.integers("shape"), spec.decimals("spacing"), spec.integer("channels"), spec.text("modality").equals("CT")));
        }

        return file;
    }

    private static ScanCase write(final Path file, final ScanCase scan) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            if (file.toString().endsWith(".gz")) {
                try (OutputStream compressed = new GzipOutput(out, GZIP_LEVEL)) {
                    CaseFile.write(compressed, scan);
                }
            } else {
                CaseFile.write(out, scan);
            }
        }

        return scan;
    }

    /** @param isWhole whether the label is a channel like the others, as it is in the file */
    private static List<ResultArray> arrays(final ScanCase scan, final boolean isWhole) {
        final Shape shape = scan.shape();
        if (!isWhole) {
            return List.of(new ResultArray.Floats(sizes(scan.channels().length, shape), scan.channels()),
                    new ResultArray.Labels(sizes(1, shape), scan.label().orElseThrow()));
        }

        final float[][] all = new float[scan.channels().length + 1][];
        System.arraycopy(scan.channels(), 0, all, 0, scan.channels().length);
        final byte[] label = scan.label().orElseThrow();
        all[scan.channels().length] = new float[label.length];
        for (int i = 0; i < label.length; i++) {
            all[scan.channels().length][i] = label[i] & 0xff;
        }

        return List.of(new ResultArray.Floats(sizes(all.length, shape), all));
    }

    private static int[] sizes(final int channels, final Shape shape) {
        return new int[] {channels, shape.depth(), shape.height(), shape.width()};
    }

    private static class StepTask implements BenchTask {
        private final ScanCase input;
        private final Step step;
        private final boolean isWhole;
        private ScanCase output;

        private StepTask(final ScanCase input, final Step step, final boolean isWhole) {
            this.input = input;
            this.step = step;
            this.isWhole = isWhole;
        }

        @Override
        public void run() throws CaseException, IOException {
            // What the last run made is free before the next one asks for as much.
            output = null;
            output = step.apply(input);
        }

        @Override
        public List<ResultArray> result() throws CaseException, IOException {
            return arrays(output, isWhole);
        }
    }
}
