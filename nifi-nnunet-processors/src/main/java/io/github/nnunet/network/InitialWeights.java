/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.random.RandomGenerator;

/**
 * Untrained weights, as MONAI's networks begin. Of a U-Net: for kernels the normal distribution of He et al. (2015) with
 * deviation sqrt(2 / (1 + 0.01^2) / fan-in), and 0 for biases. Of a UNETR: for kernels, matrices and their biases PyTorch's
 * own default, uniform within 1 / sqrt(fan-in) of 0, and for positions a normal distribution with deviation 0.02, which
 * MONAI cuts at 2, a hundred deviations away. In both 1 and 0 for normalizations.
 *
 * @param random what the weights are drawn from, each when it is handed over: the same state gives the same weights, and a second
 *               time gives others
 */
public record InitialWeights(RandomGenerator random) implements WeightSource {

    /** Slope that the initialisation assumes, whatever the network's own. */
    private static final double INITIAL_SLOPE = 0.01;
    private static final double POSITION_DEVIATION = 0.02;

    @Override
    public void forEach(final NetworkTopology topology, final ObjIntConsumer<NetworkWeights.Entry> use) {
        final List<WeightLayout.Slot> slots = WeightLayout.of(topology);
        for (int i = 0; i < slots.size(); i++) {
            // No variable here names the values: they would stay until the next ones are there.
            use.accept(draw(slots.get(i)), i);
        }
    }

    private NetworkWeights.Entry draw(final WeightLayout.Slot slot) {
        final float[] values = new float[Math.toIntExact(slot.count())];
        switch (slot.role()) {
            case KERNEL -> fillNormal(values, Math.sqrt(2 / (1 + INITIAL_SLOPE * INITIAL_SLOPE) / slot.fanIn()));
            case UNIFORM -> fillUniform(values, 1 / Math.sqrt(slot.fanIn()));
            case POSITION -> fillNormal(values, POSITION_DEVIATION);
            case SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1);
            case BIAS, SHIFT, RUNNING_MEAN -> Arrays.fill(values, 0);
        }

        return new NetworkWeights.Entry(slot.name(), slot.shape(), values, slot.role().isParameter());
    }

    private void fillNormal(final float[] values, final double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    private void fillUniform(final float[] values, final double bound) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
    }
}
