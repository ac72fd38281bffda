/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.stream.IntStream;

/** Which layers of a network training changes. */
public enum TrainedLayers {
    ALL,
    /**
     * The convolutions that make logits: the output block's and those of deep supervision. The weights of all others stay as they are to the
     * bit, without weight decay, and batch normalization keeps its running averages and normalizes by them.
     */
    OUTPUTS;

    /** What MONAI calls them in a DynUNet, and in a UNETR. */
    private static final List<String> OUTPUT_NAMES = List.of("output_block.", "deep_supervision_heads.", "out.");

    private boolean include(final WeightLayout.Slot slot) {
        return this == ALL || OUTPUT_NAMES.stream().anyMatch(slot.name()::startsWith);
    }

    /** @return names of the weights that stay, running averages included */
    public List<String> frozen(final NetworkTopology topology) {
        return WeightLayout.of(topology).stream().filter(slot -> !include(slot)).map(WeightLayout.Slot::name).toList();
    }

    /** @return positions in the layout of the parameters that change */
    List<Integer> positions(final NetworkTopology topology) {
        final List<WeightLayout.Slot> slots = WeightLayout.of(topology);
        return IntStream.range(0, slots.size()).filter(i -> slots.get(i).role().isParameter() && include(slots.get(i))).boxed().toList();
    }
}
