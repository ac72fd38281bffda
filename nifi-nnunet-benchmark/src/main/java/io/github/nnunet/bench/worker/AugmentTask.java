/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.training.FixedAugmentation;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** All augmentations of a training patch. */
final class AugmentTask implements BenchTask {
    private final Shape shape;
    private final float[][] channels;
    private final byte[] structures;
    private final float[] image;
    private final byte[] label;

    private AugmentTask(final ScanCase scan) {
        shape = scan.shape();
        channels = scan.channels();
        structures = scan.label().orElseThrow();
        image = new float[channels.length * shape.voxels()];
        label = new byte[structures.length];
    }

    static AugmentTask of(final Path folder, final Spec spec) throws IOException {
        final AugmentTask task = new AugmentTask(PhantomCase.of(spec.integers("shape"), spec.decimals("spacing"), spec.integer("channels"), false));
        new ResultArray.Floats(task.sizes(), task.channels).write(folder.resolve("patch.npy"));
        new ResultArray.Labels(task.shape.toArray(), task.structures).write(folder.resolve("label.npy"));
        return task;
    }

    private int[] sizes() {
        return new int[] {channels.length, shape.depth(), shape.height(), shape.width()};
    }

    @Override
    public void run() {
        for (int channel = 0; channel < channels.length; channel++) {
            System.arraycopy(channels[channel], 0, image, channel * shape.voxels(), shape.voxels());
        }

        System.arraycopy(structures, 0, label, 0, label.length);
        FixedAugmentation.apply(shape, channels.length, image, label, new SplittableRandom(1));
    }

    @Override
    public List<ResultArray> result() {
        return List.of(new ResultArray.Floats(sizes(), image), new ResultArray.Labels(shape.toArray(), label));
    }
}
