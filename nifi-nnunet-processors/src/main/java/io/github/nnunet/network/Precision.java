/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** Numbers that convolutions are computed with. Weights, normalization, activation and loss are in single precision whatever it is. */
public enum Precision {
    /** 32-bit floating point. */
    FP32(6),
    /** 16 bits with the range of FP32 and 8 bits of precision. */
    BF16(15),
    /** 16 bits with 11 bits of precision and a small range: gradients need a {@link LossScale}. */
    FP16(5);

    private final int scalarType;

    Precision(final int scalarType) {
        this.scalarType = scalarType;
    }

    /** @return libtorch's number for it, as scripts write it */
    int scalarType() {
        return scalarType;
    }
}
