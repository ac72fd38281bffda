/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AxisScaleTest {

    @Test
    void marksAreRoundNumbersAroundTheValues() {
        assertEquals(List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(AxisScale.of(0, 1, 5)));
        assertEquals(List.of("0.0000", "0.0002", "0.0004", "0.0006", "0.0008"), labels(AxisScale.fromZero(8e-4, 5)));
        assertEquals(List.of("0", "50", "100", "150"), labels(AxisScale.fromZero(142, 5)));
        assertEquals(List.of("-0.5", "0.0", "0.5", "1.0", "1.5"), labels(AxisScale.of(-0.3, 1.4, 5)));
    }

    @Test
    void noMarkIsBetweenTwoEpochs() {
        assertEquals(List.of("1", "2", "3"), labels(AxisScale.whole(1, 3, 6)));
        assertEquals(List.of("1", "2"), labels(AxisScale.whole(1, 1, 6)));
        assertEquals(List.of("200", "400", "600", "800", "1000"), labels(AxisScale.whole(1, 1000, 6)));
    }

    @Test
    void aRangeOfOneValueHasRoomAroundIt() {
        final AxisScale scale = AxisScale.of(3, 3, 5);

        assertTrue(scale.from() < 3 && 3 < scale.to());
        assertEquals(0, AxisScale.fromZero(0, 5).from());
    }

    @Property(tries = 200)
    void everyValueIsWithinTheAxis(@ForAll @DoubleRange(min = -1000, max = 1000) final double from, @ForAll @DoubleRange(min = 0.01, max = 1e5) final double size) {
        final AxisScale scale = AxisScale.of(from, from + size, 5);

        assertTrue(scale.position(from) >= -1e-9 && scale.position(from + size) <= 1 + 1e-9);
        assertTrue(scale.marks().size() >= 2 && scale.marks().size() <= 9, scale.toString());
    }

    private static List<String> labels(final AxisScale scale) {
        return scale.marks().stream().map(scale::label).toList();
    }
}
