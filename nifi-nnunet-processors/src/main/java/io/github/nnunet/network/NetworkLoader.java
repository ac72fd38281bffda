/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Makes networks ready to predict. */
public final class NetworkLoader {

    private final TorchEngine engine;

    public NetworkLoader(final TorchEngine engine) {
        this.engine = Objects.requireNonNull(engine, "engine");
    }

    /**
     * Our own model files get the fastest form of the network for the device; a TorchScript file from elsewhere is run as it is,
     * its channels and dimensions found from its weights and a trial.
     *
     * @throws CaseException if the file is not a network, or libtorch refuses it
     */
    public SegmentationNetwork load(final Path model, final ComputeDevice device) throws IOException, CaseException {
        throw new UnsupportedOperationException("soon");
    }

    /** @return a network of given weights */
    public SegmentationNetwork open(final UNetTopology topology, final NetworkWeights weights, final ComputeDevice device) {
        throw new UnsupportedOperationException("soon");
    }
}
