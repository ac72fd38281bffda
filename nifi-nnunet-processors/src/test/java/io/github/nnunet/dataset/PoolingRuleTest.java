/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class PoolingRuleTest {
    private static final double[] ISOTROPIC = {1, 1, 1};

    @Test
    void axesAreHalvedWhileFourVoxelsRemain() {
        assertEquals(3, PoolingRule.layers(ISOTROPIC, new double[] {16, 16, 16}).strides().size());
        assertEquals(2, PoolingRule.layers(ISOTROPIC, new double[] {8, 8, 8}).strides().size());
        assertEquals(1, PoolingRule.layers(ISOTROPIC, new double[] {7, 7, 7}).strides().size());
    }

    @Test
    void aLoneAxisNeedsTwelveVoxels() {
        assertEquals(List.of(List.of(1, 1, 1)), PoolingRule.layers(ISOTROPIC, new double[] {4, 4, 11}).strides());
        assertEquals(List.of(List.of(1, 1, 1), List.of(1, 1, 2)), PoolingRule.layers(ISOTROPIC, new double[] {4, 4, 12}).strides());
    }

    @Test
    void twiceAsCoarseIsCoarse() {
        final PoolingRule.Layers layers = PoolingRule.layers(new double[] {2, 1, 1}, new double[] {32, 32, 32});
        assertEquals(List.of(1, 3, 3), layers.kernels().getFirst());
        assertEquals(List.of(1, 2, 2), layers.strides().get(1));
        assertEquals(List.of(3, 3, 3), PoolingRule.layers(new double[] {1.99, 1, 1}, new double[] {32, 32, 32}).kernels().getFirst());
    }

    /** The third level has a z spacing of a quarter of the others': its kernel of 3 along y and x does not become 1 again. */
    @Test
    void aKernelOfThreeStays() {
        final PoolingRule.Layers layers = PoolingRule.layers(ISOTROPIC, new double[] {6, 64, 64});
        assertEquals(List.of(3, 3, 3), layers.kernels().get(3));
        assertEquals(List.of(1, 2, 2), layers.strides().get(3));
    }

    @Test
    void theBottleneckHasFullKernels() {
        final PoolingRule.Layers layers = PoolingRule.layers(new double[] {100, 1, 1}, new double[] {8, 16, 16});
        assertEquals(List.of(List.of(1, 3, 3), List.of(1, 3, 3), List.of(3, 3, 3)), layers.kernels());
    }

    @Test
    void patchesAreRoundedUpToTheStrides() {
        final PoolingRule.Layers layers = PoolingRule.layers(ISOTROPIC, new double[] {36, 50.5, 35});
        assertArrayEquals(new int[] {40, 56, 40}, layers.patch());
        assertArrayEquals(new int[] {8, 8, 8}, layers.divisors());
    }

    /** 8x8 in two levels: 32 filters on 64 voxels in five layers, three class maps, and 64 filters on 16 voxels in two layers. */
    @Test
    void featureMapsAreCounted() {
        assertEquals(5 * 32 * 64 + 3 * 64 + 2 * 64 * 16, FeatureMaps.count(new int[] {8, 8}, List.of(List.of(1, 1), List.of(2, 2)), 3));
    }
}
