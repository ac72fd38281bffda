/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** The plain form of a network, an operator after the other, which the forms that are used are measured against. */
public final class PlainNetworks {
    private PlainNetworks() {
    }

    /** @return what PyTorch would do, in this process's libtorch */
    public static SegmentationNetwork open(final TorchEngine engine, final NetworkTopology topology, final NetworkWeights weights, final ComputeDevice device) {
        return ScriptNetwork.open(engine, device, new PlainForm(topology), weights);
    }
}
