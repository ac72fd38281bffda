/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a TorchScript module that was exported elsewhere, by their names there. Buffers are not among them. */
final class ForeignWeights {

    private ForeignWeights() {
    }

    static NetworkWeights read(final TorchEngine engine, final Path file) throws IOException {
        try (NDManager work = engine.newManager(ComputeDevice.CPU); InputStream in = Files.newInputStream(file);
             PtSymbolBlock block = JniUtils.loadModule((PtNDManager) work, in, false, false);
             NDList parameters = JniUtils.moduleGetParams(block, (PtNDManager) work)) {
            final List<NetworkWeights.Entry> entries = new ArrayList<>();
            for (final NDArray parameter : parameters) {
                // A file may have been saved in half precision.
                try (NDArray values = parameter.toType(DataType.FLOAT32, false)) {
                    entries.add(new NetworkWeights.Entry(parameter.getName(), parameter.getShape().getShape(), values.toFloatArray(), true));
                }
            }

            return new NetworkWeights(entries);
        }
    }
}
