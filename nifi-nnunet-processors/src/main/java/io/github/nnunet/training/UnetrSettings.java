/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * The sizes of a UNETR.
 *
 * @param features       channels at full resolution
 * @param hiddenSize     numbers that stand for a cube of the patch
 * @param perceptronSize width of the perceptron in each block of the transformer
 * @param heads          of the attention
 */
public record UnetrSettings(int features, int hiddenSize, int perceptronSize, int heads) {

    public UnetrSettings {
        Requirement.positive("number of features", features);
        Requirement.positive("hidden size", hiddenSize);
        Requirement.positive("perceptron size", perceptronSize);
        Requirement.positive("number of attention heads", heads);
        if (hiddenSize % heads != 0) {
            throw new IllegalArgumentException("A hidden size of %d cannot be shared evenly by %d attention heads: make it a multiple of them".formatted(hiddenSize, heads));
        }
    }

    /** @return MONAI's defaults */
    public static UnetrSettings defaults() {
        return new UnetrSettings(16, 768, 3072, 12);
    }
}
