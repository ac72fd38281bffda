/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * A UNETR with its convolutions and their normalizations in {@link CpuOperators}.
 *
 * @param topology its layers
 */
public record CpuUnetrForm(UnetrTopology topology) implements NetworkForm {

    @Override
    public String methods() {
        final WeightIndex weights = new WeightIndex(topology);
        return """
                def prepare(%1$s, weights: List[Tensor]) -> List[Tensor]:
                  return weights
                """.formatted(ScriptModule.SELF)
                + UnetrText.logits(topology, "def forward(%s, weights: List[Tensor], x: Tensor) -> Tensor:".formatted(ScriptModule.SELF), weights,
                new CpuOperators(topology, weights, false));
    }
}
