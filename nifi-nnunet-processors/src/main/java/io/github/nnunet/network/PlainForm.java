/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * A network in libtorch's ordinary operators: for CUDA, and the measure of every other form.
 *
 * @param topology of any architecture
 */
public record PlainForm(NetworkTopology topology) implements NetworkForm {

    @Override
    public String methods() {
        return """
                def prepare(%1$s, weights: List[Tensor]) -> List[Tensor]:
                  return weights
                """.formatted(ScriptModule.SELF)
                + NetworkText.logits(topology, Precision.FP32, "def forward(%s, weights: List[Tensor], x: Tensor) -> Tensor:".formatted(ScriptModule.SELF), new WeightIndex(topology));
    }
}
