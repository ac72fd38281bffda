/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nnunet.volume.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WindowGridTest {

    @Test
    void windowsStartWhereMonaiStartsThem() throws IOException {
        final JsonNode golden;
        try (InputStream in = WindowGridTest.class.getResourceAsStream("/golden/sliding/monai1.1.0.json")) {
            golden = new JsonMapper().readTree(in);
        }

        int compared = 0;
        for (final Map.Entry<String, JsonNode> entry : golden.properties()) {
            if (entry.getValue().path("starts").isArray()) {
                compareStarts(entry.getKey(), entry.getValue());
                compared++;
            }
        }

        assertTrue(compared >= 15, "cases compared: " + compared);
    }

    private static void compareStarts(final String name, final JsonNode golden) {
        final int dimensions = golden.get("roi").size();
        final int[] volume = {1, 1, 1};
        final int[] roi = {1, 1, 1};
        final int[] padded = {1, 1, 1};
        for (int axis = 0; axis < dimensions; axis++) {
            volume[3 - dimensions + axis] = golden.get("shape").get(2 + axis).intValue();
            roi[3 - dimensions + axis] = golden.get("roi").get(axis).intValue();
            padded[3 - dimensions + axis] = golden.get("padded_size").get(axis).intValue();
        }

        final double overlap = Double.parseDouble(name.replaceAll(".*__ov([0-9.]+)__.*", "$1"));
        final WindowGrid grid = WindowGrid.of(Shape.of(volume), Shape.of(roi), overlap);
        assertEquals(golden.get("n_windows").intValue(), grid.count(), name);
        for (int window = 0; window < grid.count(); window++) {
            final int[] expected = new int[3];
            for (int axis = 0; axis < dimensions; axis++) {
                final int at = 3 - dimensions + axis;
                expected[at] = golden.get("starts").get(window).get(axis).intValue() - (padded[at] - volume[at]) / 2;
            }

            assertArrayEquals(expected, grid.start(window), name);
        }
    }

    @Property
    void windowsCoverEveryVoxelAndStayInsideVolumesThatAreLargeEnough(@ForAll @IntRange(min = 1, max = 60) final int size, @ForAll @IntRange(min = 1, max = 40) final int roi,
                                                                      @ForAll @DoubleRange(min = 0, max = 0.99) final double overlap) {
        final int[] starts = WindowGrid.starts(size, roi, overlap);
        final boolean[] covered = new boolean[size];
        for (final int start : starts) {
            assertTrue(size < roi || start >= 0 && start + roi <= size, "start " + start);
            for (int i = Math.max(0, start); i < Math.min(size, start + roi); i++) {
                covered[i] = true;
            }
        }

        for (final boolean voxel : covered) {
            assertTrue(voxel);
        }
    }

    @Property
    void noTwoWindowsAreTheSame(@ForAll @IntRange(min = 1, max = 60) final int size, @ForAll @IntRange(min = 1, max = 40) final int roi,
                                @ForAll @DoubleRange(min = 0, max = 0.99) final double overlap) {
        final int[] starts = WindowGrid.starts(size, roi, overlap);
        for (int i = 1; i < starts.length; i++) {
            assertTrue(starts[i] > starts[i - 1]);
        }
    }
}
