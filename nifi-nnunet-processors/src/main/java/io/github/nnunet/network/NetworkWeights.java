/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.random.RandomGenerator;

/**
 * The parameters of a network by their names in MONAI's DynUNet or UNETR, in that network's order; then the buffers (running
 * averages of batch normalization), which training does not differentiate. The arrays are not copied: whoever holds them
 * must not change them.
 */
public final class NetworkWeights implements WeightSource {

    /**
     * A named array.
     *
     * @param shape       in libtorch's order: a convolution's [out][in][z][y][x], a transposed one's [in][out][z][y][x]
     * @param values      in C order
     * @param isParameter whether training changes it by its gradient
     */
    public record Entry(String name, long[] shape, float[] values, boolean isParameter) {

        public Entry {
            final long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (count != values.length) {
                throw new IllegalArgumentException("%s of shape %s needs %d values, not %d".formatted(name, Arrays.toString(shape), count, values.length));
            }
        }
    }

    private final Map<String, Entry> entries;

    /** @param entries parameters first */
    public NetworkWeights(final List<Entry> entries) {
        final Map<String, Entry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        this.entries = Collections.unmodifiableMap(byName);
    }

    /** @return all weights of a network from where they come, at once */
    public static NetworkWeights of(final NetworkTopology topology, final WeightSource source) {
        final List<Entry> entries = new ArrayList<>();
        source.forEach(topology, (entry, position) -> entries.add(entry));
        return new NetworkWeights(entries);
    }

    /** @return {@link InitialWeights} of a network, all at once */
    public static NetworkWeights initial(final NetworkTopology topology, final RandomGenerator random) {
        return of(topology, new InitialWeights(random));
    }

    /** @return the names of a network's weights in order, parameters first */
    public static List<String> names(final NetworkTopology topology) {
        return WeightLayout.of(topology).stream().map(WeightLayout.Slot::name).toList();
    }

    /** @return how many numbers all weights of a network have */
    public static long count(final NetworkTopology topology) {
        return WeightLayout.of(topology).stream().mapToLong(WeightLayout.Slot::count).sum();
    }

    /**
     * @return these weights in the order that the network needs, without any that it does not have
     * @throws IllegalArgumentException if one is missing or has another shape
     */
    public NetworkWeights fittedTo(final NetworkTopology topology) {
        final List<Entry> fitted = new ArrayList<>();
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            final Entry entry = entry(slot.name());
            if (!Arrays.equals(entry.shape(), slot.shape())) {
                throw new IllegalArgumentException("The weight %s has shape %s, but the network needs %s"
                        .formatted(slot.name(), Arrays.toString(entry.shape()), Arrays.toString(slot.shape())));
            }

            fitted.add(new Entry(entry.name(), entry.shape(), entry.values(), slot.role().isParameter()));
        }

        return new NetworkWeights(fitted);
    }

    /** These weights, whatever others there are beside them. */
    @Override
    public void forEach(final NetworkTopology topology, final ObjIntConsumer<Entry> use) {
        final List<Entry> fitted = fittedTo(topology).entries();
        for (int i = 0; i < fitted.size(); i++) {
            use.accept(fitted.get(i), i);
        }
    }

    /** @return all entries, parameters first */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** @return names in order, parameters first */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public Entry entry(final String name) {
        final Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("The network has no weight called " + name);
        }

        return entry;
    }

    public boolean contains(final String name) {
        return entries.containsKey(name);
    }
}
