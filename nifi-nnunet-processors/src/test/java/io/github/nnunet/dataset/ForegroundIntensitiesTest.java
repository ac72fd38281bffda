/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ForegroundIntensitiesTest {
    private static final double RELATIVE = 1e-12;

    /** Percentiles to the last bit; mean and deviation to 1e-12, because NumPy adds in another order. */
    @ParameterizedTest
    @ValueSource(strings = {"whole", "fractions", "one", "wide"})
    void statisticsAreThoseOfNumpy(final String sample) throws IOException, CaseException {
        final JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/golden/preproc/intensities.json")) {
            golden = new ObjectMapper().readTree(in).get(sample);
        }

        final CtStatistics statistics = ForegroundIntensities.statistics(consumer -> {
            for (final JsonNode value : golden.get("values")) {
                consumer.accept(value.floatValue());
            }
        });
        assertEquals(golden.get("min").doubleValue(), statistics.min());
        assertEquals(golden.get("max").doubleValue(), statistics.max());
        assertEquals(golden.get("mean").doubleValue(), statistics.mean(), RELATIVE * Math.abs(golden.get("mean").doubleValue()));
        assertEquals(golden.get("std").doubleValue(), statistics.std(), RELATIVE * golden.get("std").doubleValue());
    }

    @Test
    void noLabelledVoxelIsAnError() {
        final CaseException error = assertThrows(CaseException.class, () -> ForegroundIntensities.statistics(consumer -> { }));
        assertEquals(FaultCategory.LABEL, error.category());
    }
}
