/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/** One batch of random numbers, for ever. */
final class SyntheticBatches implements BatchSupply {
    private static final long BATCH_STREAM = -3;

    private final TrainingBatch batch;

    SyntheticBatches(final Plan plan, final TrainingSettings settings) {
        final int patches = settings.sampling().batchSize();
        final TargetMap targets = new TargetMap(plan, settings.loss());
        batch = new TrainingBatch(patches, plan.inputChannels(), plan.patch().voxels());
        for (int i = 0; i < patches; i++) {
            final RandomGenerator random = SampleRandom.of(settings.seed(), i, BATCH_STREAM);
            batch.put(i, image(plan, random), targets.targets(label(plan.classes(), plan.patch().voxels(), random)));
        }
    }

    private static float[] image(final Plan plan, final RandomGenerator random) {
        final float[] image = new float[plan.inputChannels() * plan.patch().voxels()];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }

        return image;
    }

    private static byte[] label(final List<LabelClass> classes, final int voxels, final RandomGenerator random) {
        final byte[] label = new byte[voxels];
        for (int i = 0; i < voxels; i++) {
            label[i] = (byte) classes.get(random.nextInt(classes.size())).value();
        }

        return label;
    }

    @Override
    public double useNext(final ToDoubleFunction<TrainingBatch> use) {
        return use.applyAsDouble(batch);
    }

    @Override
    public void close() {
        // There is nothing that has to be given back.
    }
}
