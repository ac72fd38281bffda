/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Arrays;
import java.util.List;

/** Which weights a network has, in the order of MONAI's network of that architecture; buffers come after the parameters. */
final class WeightLayout {

    /** What a weight is for, which decides how it starts: see {@link InitialWeights}. */
    enum Role {
        KERNEL, BIAS, SCALE, SHIFT, UNIFORM, POSITION, RUNNING_MEAN, RUNNING_VARIANCE;

        boolean isParameter() {
            return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
        }
    }

    /**
     * A weight to be.
     *
     * @param fanIn how many inputs each output of its layer sums over
     */
    record Slot(String name, long[] shape, Role role, long fanIn) {

        /** For a kernel or a matrix: its first axis is that of the outputs. A transposed convolution is counted as libtorch does, by the same axes. */
        Slot(final String name, final long[] shape, final Role role) {
            this(name, shape, role, Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact));
        }

        /** @return how many numbers the weight has */
        long count() {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        }
    }

    private WeightLayout() {
    }

    static List<Slot> of(final NetworkTopology topology) {
        return switch (topology) {
            case UNetTopology unet -> UNetLayout.of(unet);
            case UnetrTopology unetr -> UnetrLayout.of(unetr);
        };
    }

    /** @return how many of the weights are trained; they come first */
    static int parameters(final NetworkTopology topology) {
        return Math.toIntExact(of(topology).stream().filter(slot -> slot.role().isParameter()).count());
    }
}
