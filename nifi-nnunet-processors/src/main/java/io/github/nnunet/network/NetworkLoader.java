/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import ai.djl.engine.EngineException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Makes networks ready to predict. */
public final class NetworkLoader {

    private final TorchEngine engine;
    private final Precision precision;

    /** For networks in single precision. */
    public NetworkLoader(final TorchEngine engine) {
        this(engine, Precision.FP32);
    }

    /** @param precision of our own networks' convolutions; a TorchScript file from elsewhere is run as it was written */
    public NetworkLoader(final TorchEngine engine, final Precision precision) {
        this.engine = Objects.requireNonNull(engine, "engine");
        this.precision = Objects.requireNonNull(precision, "precision");
    }

    /** @return the form of a network that is fastest on a device */
    static NetworkForm formFor(final TorchEngine engine, final NetworkTopology topology, final ComputeDevice device, final Precision precision) {
        if (precision != Precision.FP32) {
            return new HalfForm(topology, precision);
        }

        return switch (topology) {
            case UNetTopology unet -> !device.isCuda() && SliceForm.isSupported(engine) ? new SliceForm(unet, engine.shares()) : new PlainForm(unet);
            case UnetrTopology unetr -> device.isCuda() ? new PlainForm(unetr) : new CpuUnetrForm(unetr);
        };
    }

    /**
     * Our own model files get the fastest form of the network for the device; a TorchScript file from elsewhere is run as it is,
     * its channels and dimensions found from its weights and a trial.
     *
     * @throws CaseException if the file is not a network, or libtorch refuses it
     */
    public SegmentationNetwork load(final Path model, final ComputeDevice device) throws IOException, CaseException {
        try {
            if (ModelFile.readPlan(model).isPresent()) {
                final SegmentationModel own = ModelFile.read(model);
                return open(own.topology(), own.weights(), device);
            }

            return ForeignNetwork.load(engine, model, device);
        } catch (final EngineException refused) {
            throw new CaseException(FaultCategory.ENGINE, "%s: libtorch cannot load this network: %s".formatted(model.getFileName(), EngineMessage.of(refused)), refused);
        }
    }

    /**
     * The weights of a file without a network to use them: those of our own model files, or the parameters of a TorchScript file
     * from elsewhere, which leaves out its buffers.
     *
     * @throws CaseException if the file is neither
     */
    public NetworkWeights readWeights(final Path model) throws IOException, CaseException {
        return ModelFile.readPlan(model).isPresent() ? ModelFile.read(model).weights() : ForeignWeights.read(engine, model);
    }

    /**
     * @return a network of given weights, in the form that is fastest on the device
     * @throws IllegalArgumentException if the weights are another network's
     */
    public SegmentationNetwork open(final NetworkTopology topology, final NetworkWeights weights, final ComputeDevice device) {
        return ScriptNetwork.open(engine, device, formFor(engine, topology, device, precision), weights);
    }
}
