/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingEnd;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ProgressDisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ProgressDisplay display = new ProgressDisplay(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, new DatasetSize("Phantom", 20, 4));

    @Test
    void eachStageHasItsLine() {
        display.show(new Progress(7, Optional.empty(), 0, 0, false, 0, false, 0));
        display.show(new Progress(20, Optional.empty(), 3, 0, false, 0, false, 0));
        display.show(new Progress(20, Optional.of(report(0.5)), 8, 0, false, 0, false, 0));
        display.show(new Progress(20, Optional.of(report(0.5)), 8, 0, true, 2, false, 0));
        display.show(new Progress(20, Optional.of(report(0.5)), 8, 0, true, 4, true, 0));

        assertEquals(List.of(
                "[1/4] Prepare  7 of 20 cases",
                "[2/4] Train    first epoch",
                "[2/4] Train    epoch 3 of 50  loss 1.2500  Dice 0.5000 (best 0.7000, epoch 2)  1 min 35 s left",
                "[3/4] Predict  2 of 4 cases",
                "[4/4] Score    done"), lines());
    }

    @Test
    void anEpochThatEndedBeforeTheModelCameIsShown() {
        display.show(new Progress(20, Optional.empty(), 3, 0, false, 0, false, 0));
        display.show(new Progress(20, Optional.of(report(0.5)), 8, 0, true, 0, false, 0));
        display.show(new Progress(20, Optional.of(report(0.5)), 8, 0, true, 2, false, 0));

        assertEquals(List.of(
                "[2/4] Train    first epoch",
                "[2/4] Train    epoch 3 of 50  loss 1.2500  Dice 0.5000 (best 0.7000, epoch 2)  1 min 35 s left",
                "[3/4] Predict  0 of 4 cases",
                "[3/4] Predict  2 of 4 cases"), lines());
    }

    @Test
    void whatHasNotChangedIsNotRepeated() {
        final Progress progress = new Progress(7, Optional.empty(), 0, 0, false, 0, false, 0);

        display.show(progress);
        display.show(progress);

        assertEquals(1, lines().size());
    }

    @Test
    void timesHaveTheUnitThatSuitsThem() {
        assertEquals("0 s", ProgressDisplay.time(-3));
        assertEquals("59 s", ProgressDisplay.time(59.4));
        assertEquals("1 min 00 s", ProgressDisplay.time(59.6));
        assertEquals("2 h 05 min", ProgressDisplay.time(7_500));
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static EpochReport report(final double dice) {
        return new EpochReport(3, 50, 24, 1.25, true, List.of(), dice, false, 0.7, 2, 8e-4, 10, 2, 30, 95, TrainingEnd.NOT_YET);
    }
}
