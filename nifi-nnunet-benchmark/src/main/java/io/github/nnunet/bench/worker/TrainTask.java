/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.training.BatchSupply;
import io.github.nnunet.training.TrainingInputs;
import io.github.nnunet.training.TrainingSteps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/** Steps of a training, whose first losses are compared. */
final class TrainTask implements BenchTask {
    private static final int COMPARED = 3;

    private final BatchSupply batches;
    private final TrainingSteps steps;
    private final float[] losses = new float[COMPARED];
    private int count;

    private TrainTask(final BatchSupply batches, final TrainingSteps steps) {
        this.batches = batches;
        this.steps = steps;
    }

    static TrainTask of(final TorchEngine engine, final Path folder, final NetworkInputs inputs) throws IOException, InterruptedException {
        final BatchSupply batches = BatchSupply.synthetic(inputs.plan(), inputs.settings());
        inputs.write(folder);
        try {
            batches.useNext(batch -> {
                final FloatBuffer images = batch.imageBytes().duplicate().order(batch.imageBytes().order()).rewind().asFloatBuffer();
                final float[] values = new float[images.remaining()];
                images.get(values);
                new ResultArray.Floats(inputs.sizes(inputs.plan().inputChannels()), values).writeUnchecked(folder.resolve("batch.npy"));
                new ResultArray.Labels(inputs.sizes(1), TrainingInputs.targets(batch)).writeUnchecked(folder.resolve("target.npy"));
                return 0;
            });
        } catch (final UncheckedIOException full) {
            throw full.getCause();
        }

        return new TrainTask(batches, TrainingSteps.open(engine, ComputeDevice.CPU, inputs.plan(), inputs.settings()));
    }

    @Override
    public void run() throws InterruptedException {
        final double loss = batches.useNext(steps::step);
        if (count < COMPARED) {
            losses[count] = (float) loss;
        }

        count++;
    }

    @Override
    public List<ResultArray> result() {
        return List.of(ResultArray.scalars(losses));
    }

    @Override
    public void close() {
        steps.close();
        batches.close();
    }
}
