/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.Precision;

import java.util.Objects;

/**
 * How the arithmetic is done.
 *
 * @param precision             of convolutions (--amp)
 * @param devices               that share the patches of a step (--gpus)
 * @param synchronizedBatchNorm whether batch normalization looks at the patches of all devices (--sync_batchnorm)
 */
public record ComputeSettings(Precision precision, int devices, boolean synchronizedBatchNorm) {

    public ComputeSettings {
        Objects.requireNonNull(precision, "precision");
        Requirement.positive("number of devices", devices);
    }

    /** @return the reference's defaults */
    public static ComputeSettings defaults() {
        return new ComputeSettings(Precision.FP32, 1, false);
    }
}
