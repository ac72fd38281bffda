/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.engine.EngineException;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.TorchEngine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file whose weights a training starts from: a model file, the checkpoint of another training, or a TorchScript file of a
 * network whose weights have MONAI's names.
 *
 * @param file the file
 */
record InitialModel(Path file) {

    /**
     * @param untrained weights of the network that is to start
     * @throws CaseException if the file is none of these, or nothing in it fits the network
     * @throws IOException   if it cannot be read
     */
    WeightTransfer into(final NetworkWeights untrained, final TorchEngine engine) throws IOException, CaseException {
        final String name = file.getFileName().toString();
        if (!Files.isReadable(file)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The initial model %s is not there, or may not be read: correct Initial Model".formatted(file));
        }

        final NetworkWeights stored = weights(engine);
        final WeightTransfer transfer = WeightTransfer.of(name, stored, untrained);
        if (transfer.report().loaded().isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "No weight of the initial model %s fits the network, neither by name nor by shape; it has %d weights, such as %s: choose a model of the same architecture with the same filters"
                            .formatted(name, stored.names().size(), stored.names().isEmpty() ? "none" : stored.names().getFirst()));
        }

        return transfer;
    }

    private NetworkWeights weights(final TorchEngine engine) throws IOException, CaseException {
        if (Checkpoint.isCheckpoint(file)) {
            final Checkpoint checkpoint = Checkpoint.read(file);
            return checkpoint.average().orElse(checkpoint.weights());
        }

        try {
            return new NetworkLoader(engine).readWeights(file);
        } catch (final EngineException refused) {
            throw new CaseException(FaultCategory.UNREADABLE, "libtorch cannot read the initial model %s: %s".formatted(file.getFileName(), refused.getMessage()), refused);
        }
    }
}
