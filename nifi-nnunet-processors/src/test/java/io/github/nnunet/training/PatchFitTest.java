/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.TopologyOptions;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PatchFitTest {
    private static UNetTopology topology(final Shape patch, final int dimensions, final int smallest, final Normalization normalization) {
        return UNetTopology.plan(patch, new Spacing(1, 1, 1), TopologyOptions.defaults(dimensions, 1, 2).withDepth(5, smallest).withNormalization(normalization, 16));
    }

    private static String refusal(final Shape patch, final int smallest) {
        return assertThrows(IllegalArgumentException.class, () -> PatchFit.require(topology(patch, 3, smallest, Normalization.INSTANCE), patch)).getMessage();
    }

    @Test
    void aPatchThatCannotBeHalvedEvenlyIsRefusedWithWhatToChange() {
        final String sentence = refusal(new Shape(30, 30, 30), 2);
        assertEquals("A patch of 30x30x30 voxels is shrunk by 8 along an axis of 30, which is no multiple of it: lower Depth, raise Minimum Feature Map, or plan a patch that is", sentence);
    }

    @Test
    void aPatchThatShrinksToASingleVoxelIsRefusedWhereThatIsNormalizedByItself() {
        final Shape patch = new Shape(32, 32, 32);
        assertTrue(refusal(patch, 1).contains("shrunk to a single voxel"));
        PatchFit.require(topology(patch, 3, 1, Normalization.BATCH), patch);
    }

    @ParameterizedTest
    @CsvSource({"40, 56, 40, 3", "20, 320, 256, 3", "3, 512, 384, 2"})
    void patchesThatAreMultiplesFitAndTheDepthOfA2dOneDoesNotCount(final int depth, final int height, final int width, final int dimensions) {
        final Shape patch = new Shape(depth, height, width);
        PatchFit.require(topology(patch, dimensions, 4, Normalization.INSTANCE), patch);
    }
}
