/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A network whose convolutions are computed in 16 bits, with channels last in memory: for GPUs. Their kernels are converted
 * once. Runs on CPUs too, slowly.
 *
 * @param topology  its layers
 * @param precision of convolutions
 */
record HalfForm(NetworkTopology topology, Precision precision) implements NetworkForm {

    @Override
    public String methods() {
        final int dimensions = topology.dimensions();
        final String logits = "def logits(%s, weights: List[Tensor], x: Tensor) -> Tensor:".formatted(ScriptModule.SELF);
        return prepare() + ChannelsLastOperators.methods(dimensions) + NetworkText.logits(topology, precision, logits, new WeightIndex(topology)) + """
                def forward(%s, weights: List[Tensor], x: Tensor) -> Tensor:
                  return torch.contiguous((self).logits(weights, %s, ))
                """.formatted(ScriptModule.SELF, ChannelsLastOperators.channelsLast("x", dimensions));
    }

    private String prepare() {
        final WeightIndex weights = new WeightIndex(topology);
        final List<String> prepared = new ArrayList<>();
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            final String weight = weights.apply(slot.name());
            final boolean isKernel = slot.shape().length == topology.dimensions() + 2;
            prepared.add(isKernel ? ChannelsLastOperators.channelsLast("torch.to(%s, %d)".formatted(weight, precision.scalarType()), topology.dimensions()) : weight);
        }

        return "def prepare(%s, weights: List[Tensor]) -> List[Tensor]:\n  return [%s]\n".formatted(ScriptModule.SELF, String.join(", ", prepared));
    }
}
