/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;

import java.io.IOException;
import java.io.InputStream;

/** A TorchScript file as Python exported it, run as it is. */
final class ScriptFileNetwork implements SegmentationNetwork {
    private final int dimensions;
    private final int outputs;
    private final NDManager manager;
    private final PtSymbolBlock module;

    /** @param resource of a network with one input channel */
    ScriptFileNetwork(final String resource, final int dimensions, final int outputs) throws IOException {
        this.dimensions = dimensions;
        this.outputs = outputs;
        this.manager = NDManager.newBaseManager();
        try (InputStream in = ScriptFileNetwork.class.getResourceAsStream(resource)) {
            this.module = JniUtils.loadModule((PtNDManager) manager, in, false, false);
        }
    }

    @Override
    public int inputChannels() {
        return 1;
    }

    @Override
    public int outputChannels() {
        return outputs;
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public ComputeDevice device() {
        return ComputeDevice.CPU;
    }

    @Override
    public NDArray forward(final NDManager results, final NDArray batch) {
        final NDArray logits = IValueUtils.forward(module, new NDList(batch), false).singletonOrThrow();
        logits.attach(results);
        return logits;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
