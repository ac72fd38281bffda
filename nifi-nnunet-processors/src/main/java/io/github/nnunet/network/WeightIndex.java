/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Where each weight is in the list that a working script gets. */
final class WeightIndex implements UnaryOperator<String> {

    private final Map<String, Integer> positions = new HashMap<>();

    WeightIndex(final NetworkTopology topology) {
        this(topology, 0);
    }

    /** @param first where the first weight is */
    WeightIndex(final NetworkTopology topology, final int first) {
        final List<WeightLayout.Slot> slots = WeightLayout.of(topology);
        for (int i = 0; i < slots.size(); i++) {
            positions.put(slots.get(i).name(), first + i);
        }
    }

    /** @return the expression for a weight by its name */
    @Override
    public String apply(final String name) {
        return "weights[" + position(name) + "]";
    }

    /** @return where a weight is in the list, by its name */
    int position(final String name) {
        final Integer position = positions.get(name);
        if (position == null) {
            throw new IllegalArgumentException("The network has no weight called " + name);
        }

        return position;
    }
}
