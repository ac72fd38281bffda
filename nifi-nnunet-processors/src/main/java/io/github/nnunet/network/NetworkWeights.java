/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The parameters of a network by their names in MONAI's DynUNet, in that network's order; then the buffers (running
 * averages of batch normalization), which training does not differentiate.
 */
public final class NetworkWeights {

    /** A named array. */
    public record Entry(String name, long[] shape, float[] values, boolean isParameter) {
    }

    private final Map<String, Entry> entries;

    public NetworkWeights(final List<Entry> entries) {
        final Map<String, Entry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        this.entries = Collections.unmodifiableMap(byName);
    }

    /** Untrained weights: Kaiming normal (slope 0.01) for convolutions, 0 for biases, 1 and 0 for normalizations. */
    public static NetworkWeights initial(final UNetTopology topology, final RandomGenerator random) {
        throw new UnsupportedOperationException("soon");
    }

    /** @return all entries, parameters first */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public Entry entry(final String name) {
        final Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("The network has no weight called " + name);
        }

        return entry;
    }
}
