/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DirectFlowTaskTest {
    private static final String SPEC = """
            {"shape": [20, 36, 32], "spacing": [1.0, 1.0, 1.0], "patch": [16, 16, 16], "filters": [8, 16], "channels": 2, "classes": 3, "batch": 1, "heads": 0, "overlap": 0.25}""";

    @Test
    void aScanIsSegmentedInItsOwnGridAndTwiceTheSame(@TempDir final Path folder) throws Exception {
        final Spec spec = new Spec(new ObjectMapper().readTree(SPEC));
        final TorchEngine engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        try (DirectFlowTask task = DirectFlowTask.of(engine, folder, spec)) {
            task.run();
            final ResultArray.Labels first = (ResultArray.Labels) task.result().getFirst();
            task.run();
            final ResultArray.Labels second = (ResultArray.Labels) task.result().getFirst();

            assertArrayEquals(new int[] {20, 36, 32}, first.shape());
            assertArrayEquals(first.values(), second.values());
            final int corner = first.values()[0];
            assertEquals(0, corner);
            boolean hasStructure = false;
            for (final byte value : first.values()) {
                hasStructure |= value > 0;
            }

            assertTrue(hasStructure);
        }
    }
}
