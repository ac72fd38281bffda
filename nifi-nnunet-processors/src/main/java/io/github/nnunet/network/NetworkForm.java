/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * One way to write a network that predicts as TorchScript. All forms compute the same function of the same weights, to
 * rounding; they differ in speed and in the devices that they suit.
 */
public interface NetworkForm {

    /** @return the network that is written */
    NetworkTopology topology();

    /**
     * The text (in the dialect described at {@link ScriptModule}) of
     * <ul>
     * <li>{@code def prepare(self: __torch__.Work, weights: List[Tensor]) -> List[Tensor]:}, called once with the weights
     * in the order of {@link NetworkWeights#names()}, and</li>
     * <li>{@code def forward(self: __torch__.Work, weights: List[Tensor], x: Tensor) -> Tensor:}, called with what prepare
     * returned and a batch; returns the logits and leaves x as it is.</li>
     * </ul>
     */
    String methods();
}
