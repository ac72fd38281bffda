/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.function.ObjIntConsumer;

/** Where the weights of a network come from: one after the other, so that they need not be in Java's heap all at once. */
public sealed interface WeightSource permits NetworkWeights, InitialWeights {

    /**
     * Hands over each weight that a network has, in the network's order.
     *
     * @param topology of the network
     * @param use      is given a weight and its position, from 0; what it does not keep is free before the next weight is made
     * @throws IllegalArgumentException if a weight is missing or has another shape; none has been handed over then
     */
    void forEach(NetworkTopology topology, ObjIntConsumer<NetworkWeights.Entry> use);
}
