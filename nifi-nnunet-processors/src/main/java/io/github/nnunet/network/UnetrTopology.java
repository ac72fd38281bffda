/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.volume.Shape;

import java.util.Objects;

/**
 * The layers of a UNETR (Hatamizadeh et al. 2022, "UNETR: Transformers for 3D Medical Image Segmentation"), named and
 * ordered as MONAI's: a vision transformer over cubes of 16 voxels an edge, whose hidden states a convolutional decoder enlarges.
 * It has residual blocks throughout. A position is learnt for each cube, so an input has exactly the patch's size.
 *
 * @param patch          voxels of an input; each axis a multiple of {@value #CUBE}
 * @param inputChannels  channels of a sample
 * @param outputChannels logits per voxel
 * @param features       channels at full resolution; each coarser level has twice as many
 * @param hiddenSize     numbers that stand for a cube
 * @param perceptronSize width of the two-layer perceptron in each block of the transformer
 * @param heads          of the attention; they share the hidden size evenly
 * @param normalization  after each convolution
 * @param groups         the most groups of a group normalization
 * @param negativeSlope  of the leaky rectifier
 */
public record UnetrTopology(Shape patch, int inputChannels, int outputChannels, int features, int hiddenSize, int perceptronSize, int heads, Normalization normalization,
                            int groups, double negativeSlope) implements NetworkTopology {

    /** Voxels along each edge of what the transformer sees as one. */
    public static final int CUBE = 16;

    /** Blocks of the transformer. */
    static final int BLOCKS = 12;

    public UnetrTopology {
        Objects.requireNonNull(normalization, "normalization");
        for (final int size : patch.toArray()) {
            if (size % CUBE != 0) {
                throw new IllegalArgumentException(("A UNETR cuts its input into cubes of %d voxels an edge, and the patch of %s voxels is not a multiple of that along every axis: "
                        + "train a U-Net, or prepare the dataset with a plan whose patch is").formatted(CUBE, patch));
            }
        }

        if (inputChannels < 1 || outputChannels < 1 || groups < 1 || features < 1 || perceptronSize < 1) {
            throw new IllegalArgumentException("A UNETR needs channels, groups, features and a perceptron, not %d, %d, %d, %d and %d"
                    .formatted(inputChannels, outputChannels, groups, features, perceptronSize));
        }

        if (heads < 1 || hiddenSize < 1 || hiddenSize % heads != 0) {
            throw new IllegalArgumentException("The hidden size %d of a UNETR cannot be shared evenly by %d attention heads".formatted(hiddenSize, heads));
        }
    }

    @Override
    public int dimensions() {
        return 3;
    }

    /** @return none: its decoder has one output */
    @Override
    public int deepSupervisionHeads() {
        return 0;
    }

    /** @return cubes along each axis */
    Shape cubes() {
        return new Shape(patch.depth() / CUBE, patch.height() / CUBE, patch.width() / CUBE);
    }

    /** @return channels of the feature maps that are so many times halved, from 0 for full resolution to 3 */
    int channels(final int level) {
        return features << level;
    }
}
