/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PatchSizeTest {
    private static final long BUDGET = 128L * 128 * 128;
    private static final Spacing ISOTROPIC = new Spacing(1, 1, 1);

    private static Shape choose(final double depth, final double height, final double width, final Spacing spacing) {
        return PatchSize.choose(new double[] {depth, height, width}, spacing, 3, BUDGET);
    }

    @Test
    void smallScansAreSeenWhole() {
        assertEquals(new Shape(48, 48, 48), choose(48, 48, 48, ISOTROPIC));
        assertEquals(new Shape(40, 56, 40), choose(36, 50, 35, ISOTROPIC));
    }

    @Test
    void largeScansAreCutWhereTheyAreLongest() {
        assertEquals(new Shape(128, 128, 128), choose(512, 512, 512, ISOTROPIC));
        final Shape brain = choose(155, 240, 240, ISOTROPIC);
        assertTrue(brain.count() <= BUDGET, brain.toString());
        assertTrue(brain.count() > BUDGET / 2, brain.toString());
    }

    @Test
    void thickSlicesStay() {
        assertEquals(new Shape(20, 320, 320), choose(20, 320, 319, new Spacing(3.6, 0.62, 0.62)));
    }

    @Test
    void twoDimensionalPatchesHaveDepthOne() {
        assertEquals(new Shape(1, 56, 40), PatchSize.choose(new double[] {36, 50, 35}, ISOTROPIC, 2, 512L * 512));
    }

    @Test
    void aScanOfOneSliceGetsAPatchOfOneSlice() {
        assertEquals(1, choose(1, 256, 256, new Spacing(5, 1, 1)).depth());
    }

    /** The patches of the reference's tasks are divisible by its strides, so they stay as they are. */
    @Test
    void patchesOfTheReferenceStay() throws IOException {
        final JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/golden/task_configurations.json")) {
            golden = new ObjectMapper().readTree(in);
        }

        for (int number = 1; number <= 12; number++) {
            final TaskCatalogue.Task task = TaskCatalogue.find(Integer.toString(number), 3).orElseThrow();
            final Shape patch = task.patch();
            final Shape chosen = PatchSize.choose(new double[] {patch.depth(), patch.height(), patch.width()}, task.spacing().orElseThrow(), 3, Long.MAX_VALUE);
            assertEquals(patch, chosen, task.name());
            requireDivisible(patch, golden.get("%02d_3d".formatted(number)).get("strides"));
        }
    }

    private static void requireDivisible(final Shape patch, final JsonNode strides) {
        for (int axis = 0; axis < 3; axis++) {
            int divisor = 1;
            for (final JsonNode stride : strides) {
                divisor *= stride.get(axis).intValue();
            }

            assertEquals(0, patch.size(axis) % divisor);
        }
    }

    @Property(tries = 500)
    void anyDatasetGetsATrainablePatch(@ForAll @IntRange(min = 1, max = 700) final int depth, @ForAll @IntRange(min = 1, max = 700) final int height,
                                       @ForAll @IntRange(min = 1, max = 700) final int width, @ForAll @DoubleRange(min = 0.2, max = 8) final double spacingZ,
                                       @ForAll @DoubleRange(min = 0.2, max = 8) final double spacingX) {
        final Shape patch = choose(depth, height, width, new Spacing(spacingZ, spacingX, spacingX));
        assertTrue(patch.count() <= BUDGET, patch.toString());
        assertTrue(Math.max(patch.depth(), Math.max(patch.height(), patch.width())) >= 16, patch.toString());
        assertEquals(patch, choose(patch.depth(), patch.height(), patch.width(), new Spacing(spacingZ, spacingX, spacingX)));
    }
}
