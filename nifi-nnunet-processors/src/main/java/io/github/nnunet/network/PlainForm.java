/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** The network in libtorch's ordinary operators: for CUDA, and the measure of every other form. */
public final class PlainForm implements NetworkForm {

    @Override
    public String methods(final UNetTopology topology) {
        final WeightIndex weights = new WeightIndex(topology);
        return """
                def prepare(%1$s, weights: List[Tensor]) -> List[Tensor]:
                  return weights
                """.formatted(ScriptModule.SELF)
                + UNetText.logits(topology, "def forward(%s, weights: List[Tensor], x: Tensor) -> Tensor:".formatted(ScriptModule.SELF), weights,
                new PlainOperators(topology, weights, false));
    }
}
