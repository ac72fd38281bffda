/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/** Mirrors image and label along each axis by a toss of its own. */
final class FlipAugmentation implements Augmentation {
    private final double probability;

    FlipAugmentation(final double probability) {
        this.probability = probability;
    }

    @Override
    public void apply(final Patch patch, final RandomGenerator random) {
        for (int axis = 0; axis < 3; axis++) {
            if (random.nextDouble() < probability) {
                mirror(patch, axis);
            }
        }
    }

    static void mirror(final Patch patch, final int axis) {
        final Shape shape = patch.shape();
        // The image as [outer][size][inner]: the axes before the mirrored one, it, and those after it.
        final int size = shape.size(axis);
        final int inner = switch (axis) {
            case 0 -> shape.height() * shape.width();
            case 1 -> shape.width();
            default -> 1;
        };
        final int outer = shape.voxels() / (size * inner);
        mirror(patch.image(), patch.channels() * outer, size, inner);
        mirror(patch.label(), outer, size, inner);
    }

    private static void mirror(final float[] values, final int outer, final int size, final int inner) {
        for (int block = 0; block < outer; block++) {
            for (int i = 0; i < size / 2; i++) {
                int left = (block * size + i) * inner;
                int right = (block * size + size - 1 - i) * inner;
                for (int k = 0; k < inner; k++) {
                    final float kept = values[left];
                    values[left++] = values[right];
                    values[right++] = kept;
                }
            }
        }
    }

    private static void mirror(final byte[] values, final int outer, final int size, final int inner) {
        for (int block = 0; block < outer; block++) {
            for (int i = 0; i < size / 2; i++) {
                int left = (block * size + i) * inner;
                int right = (block * size + size - 1 - i) * inner;
                for (int k = 0; k < inner; k++) {
                    final byte kept = values[left];
                    values[left++] = values[right];
                    values[right++] = kept;
                }
            }
        }
    }
}
