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
 * @param precision of convolutions (--amp)
 */
public record ComputeSettings(Precision precision) {

    public ComputeSettings {
        Objects.requireNonNull(precision, "precision");
    }

    /** @return the reference's defaults */
    public static ComputeSettings defaults() {
        return new ComputeSettings(Precision.FP32);
    }
}
