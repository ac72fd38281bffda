/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;

/** Which weights a network has, in the order of MONAI's network of that architecture; buffers come after the parameters. */
final class WeightLayout {

    /** What a weight is for, which decides how it starts. */
    enum Role {
        KERNEL, BIAS, SCALE, SHIFT, RUNNING_MEAN, RUNNING_VARIANCE;

        boolean isParameter() {
            return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
        }
    }

    /** A weight to be. */
    record Slot(String name, long[] shape, Role role) {
    }

    private WeightLayout() {
    }

    static List<Slot> of(final NetworkTopology topology) {
        return switch (topology) {
            case UNetTopology unet -> UNetLayout.of(unet);
        };
    }

    /** @return how many of the weights are trained; they come first */
    static int parameters(final NetworkTopology topology) {
        return Math.toIntExact(of(topology).stream().filter(slot -> slot.role().isParameter()).count());
    }
}
