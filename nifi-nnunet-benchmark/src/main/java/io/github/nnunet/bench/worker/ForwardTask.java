/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.PlainNetworks;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One pass of a batch through a network. */
final class ForwardTask implements BenchTask {
    private final TorchEngine engine;
    private final SegmentationNetwork network;
    private final ByteBuffer batch;
    private final int[] sizes;
    private float[] logits;

    private ForwardTask(final TorchEngine engine, final SegmentationNetwork network, final float[] batch, final int[] sizes) {
        this.engine = engine;
        this.network = network;
        this.batch = ByteBuffer.allocateDirect(batch.length * Float.BYTES).order(ByteOrder.nativeOrder());
        this.batch.asFloatBuffer().put(batch);
        this.sizes = sizes;
    }

    /** @param isPlain whether the network is to be plain, in place of the form that is fastest on the device */
    static ForwardTask of(final TorchEngine engine, final Path folder, final NetworkInputs inputs, final boolean isPlain) throws IOException {
        final int[] sizes = inputs.sizes(inputs.plan().inputChannels());
        final float[] batch = NetworkInputs.noise(Arrays.stream(sizes).reduce(1, Math::multiplyExact), 1);
        inputs.write(folder);
        new ResultArray.Floats(sizes, batch).write(folder.resolve("batch.npy"));
        return new ForwardTask(engine, open(engine, inputs, isPlain), batch, sizes);
    }

    static SegmentationNetwork open(final TorchEngine engine, final NetworkInputs inputs, final boolean isPlain) {
        return isPlain
                ? PlainNetworks.open(engine, inputs.topology(), inputs.weights(), ComputeDevice.CPU)
                : new NetworkLoader(engine).open(inputs.topology(), inputs.weights(), ComputeDevice.CPU);
    }

    @Override
    public void run() {
        forward(false);
    }

    private void forward(final boolean isKept) {
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            final Shape shape = new Shape(Arrays.stream(sizes).asLongStream().toArray());
            final NDArray result = network.forward(work, work.create(batch.rewind(), shape, DataType.FLOAT32));
            logits = isKept ? result.toFloatArray() : null;
        }
    }

    @Override
    public List<ResultArray> result() {
        forward(true);
        final int[] shape = sizes.clone();
        shape[1] = network.outputChannels();
        return List.of(new ResultArray.Floats(shape, logits));
    }

    @Override
    public void close() {
        network.close();
    }
}
