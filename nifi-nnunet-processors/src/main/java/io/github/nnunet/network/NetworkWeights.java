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
import java.util.random.RandomGenerator;

/**
 * The parameters of a network by their names in MONAI's DynUNet or UNETR, in that network's order; then the buffers (running
 * averages of batch normalization), which training does not differentiate. The arrays are not copied: whoever holds them
 * must not change them.
 */
public final class NetworkWeights {

    /** Slope that the initialisation assumes, whatever the network's own. */
    private static final double INITIAL_SLOPE = 0.01;
    private static final double POSITION_DEVIATION = 0.02;

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

    /**
     * Untrained weights, as MONAI's networks begin. Of a U-Net: for kernels the normal distribution of He et al. (2015) with
     * deviation sqrt(2 / (1 + 0.01^2) / fan-in), and 0 for biases. Of a UNETR: for kernels, matrices and their biases PyTorch's
     * own default, uniform within 1 / sqrt(fan-in) of 0, and for positions a normal distribution with deviation 0.02, which
     * MONAI cuts at 2, a hundred deviations away. In both 1 and 0 for normalizations. The same generator state gives the same weights.
     */
    public static NetworkWeights initial(final NetworkTopology topology, final RandomGenerator random) {
        final List<Entry> entries = new ArrayList<>();
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            final float[] values = new float[Math.toIntExact(Arrays.stream(slot.shape()).reduce(1, Math::multiplyExact))];
            switch (slot.role()) {
                case KERNEL -> fillNormal(values, Math.sqrt(2 / (1 + INITIAL_SLOPE * INITIAL_SLOPE) / slot.fanIn()), random);
                case UNIFORM -> fillUniform(values, 1 / Math.sqrt(slot.fanIn()), random);
                case POSITION -> fillNormal(values, POSITION_DEVIATION, random);
                case SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1);
                case BIAS, SHIFT, RUNNING_MEAN -> Arrays.fill(values, 0);
            }

            entries.add(new Entry(slot.name(), slot.shape(), values, slot.role().isParameter()));
        }

        return new NetworkWeights(entries);
    }

    /** @return how many numbers all weights of a network have */
    public static long count(final NetworkTopology topology) {
        return WeightLayout.of(topology).stream().mapToLong(slot -> Arrays.stream(slot.shape()).reduce(1, Math::multiplyExact)).sum();
    }

    private static void fillNormal(final float[] values, final double deviation, final RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    private static void fillUniform(final float[] values, final double bound, final RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
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
