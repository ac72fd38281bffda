/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.inference.ScanRestoration;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** From logits on the prepared grid to the label on the scan's. */
final class RestoreTask implements BenchTask {
    private final ScanRestoration restoration;
    private final Logits logits;
    private final Shape prepared;
    private final CaseHistory history;
    private byte[] label;

    private RestoreTask(final ScanRestoration restoration, final Logits logits, final Shape prepared, final CaseHistory history) {
        this.restoration = restoration;
        this.logits = logits;
        this.prepared = prepared;
        this.history = history;
    }

    static RestoreTask of(final Path folder, final Spec spec, final SliceTeam team) throws IOException {
        final Shape prepared = spec.shape("prepared");
        final int classes = spec.integer("classes");
        final float[][] logits = new float[classes][];
        for (int output = 0; output < classes; output++) {
            logits[output] = smooth(prepared, output);
        }

        new ResultArray.Floats(new int[] {classes, prepared.depth(), prepared.height(), prepared.width()}, logits).write(folder.resolve("logits.npy"));
        final Geometry scan = new Geometry(spec.shape("scan"), Orientation.aligned(1, 1, 1));
        final int[] start = spec.integers("start");
        final int[] cropped = spec.integers("cropped");
        final Box box = new Box(start[0], start[1], start[2], start[0] + cropped[0], start[1] + cropped[1], start[2] + cropped[2]);
        final CaseHistory history = CaseHistory.of(scan).withCrop(box).withResampledFrom(spec.shape("cropped"));
        final List<LabelClass> labels = new ArrayList<>();
        IntStream.range(0, classes).forEach(value -> labels.add(new LabelClass(value, "class %d".formatted(value))));
        return new RestoreTask(new ScanRestoration(new OutputActivation.ExclusiveClasses(labels), team), new Logits.Single(logits), prepared, history);
    }

    /** Waves, whose classes have borders as structures have, and noise that makes every voxel another. */
    private static float[] smooth(final Shape shape, final int output) {
        final float[] values = NetworkInputs.noise(shape.voxels(), output);
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    final int voxel = shape.index(z, y, x);
                    values[voxel] = (float) (0.1 * values[voxel] + 4 * Math.sin(0.05 * (output + 1) * x + output) * Math.cos(0.06 * y) * Math.sin(0.07 * z + output));
                }
            }
        }

        return values;
    }

    @Override
    public void run() throws CaseException {
        label = restoration.restore(logits, prepared, history).label();
    }

    @Override
    public List<ResultArray> result() {
        return List.of(new ResultArray.Labels(history.scan().shape().toArray(), label));
    }
}
