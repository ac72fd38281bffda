/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.metrics.ScoredClass;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ComponentTrialTest {
    private static final List<ScoredClass> CLASSES = List.of(new ScoredClass("one", 1), new ScoredClass("two", 2));

    private final ComponentTrial trial = new ComponentTrial(CLASSES, Connectivity.FACES);

    @Test
    void aStrayVoxelOfOneClassSpeaksForThatClass() throws CaseException {
        // The stray 1 lies against the 2, so that only the class by itself can lose it.
        add(new byte[] {1, 1, 0, 2, 2, 1, 0}, new byte[] {1, 1, 0, 2, 2, 0, 0});
        assertEquals(new ComponentRule(false, new TreeSet<>(Set.of(1)), Connectivity.FACES), trial.choose());
    }

    @Test
    void strayVoxelsFarFromTheRestSpeakForTheForeground() throws CaseException {
        add(new byte[] {1, 1, 2, 2, 0, 1, 2}, new byte[] {1, 1, 2, 2, 0, 0, 0});
        add(new byte[] {1, 1, 1, 2, 0, 0, 2}, new byte[] {1, 1, 1, 2, 0, 0, 0});
        assertEquals(ComponentRule.ofForeground(Connectivity.FACES), trial.choose());
    }

    @Test
    void aStructureOfTwoPartsSpeaksAgainst() throws CaseException {
        add(new byte[] {1, 1, 0, 1, 0, 2, 2}, new byte[] {1, 1, 0, 1, 0, 2, 2});
        assertEquals(new ComponentRule(false, new TreeSet<>(), Connectivity.FACES), trial.choose());
    }

    /** The first class gains more than the second loses, and still the second loses. */
    @Test
    void theForegroundIsNotChosenIfAClassLosesByIt() throws CaseException {
        add(new byte[] {1, 1, 1, 1, 2, 2, 0, 1, 1, 1, 2}, new byte[] {1, 1, 1, 1, 2, 2, 0, 0, 0, 0, 2});
        assertEquals(new ComponentRule(false, new TreeSet<>(Set.of(1)), Connectivity.FACES), trial.choose());
    }

    @Test
    void withoutACaseNothingIsRemoved() {
        assertEquals(new ComponentRule(false, new TreeSet<>(), Connectivity.FACES), trial.choose());
    }

    @Test
    void theChoiceIsWrittenWithWhatSpeaksForIt() throws CaseException {
        add(new byte[] {1, 1, 0, 2, 2, 1, 0}, new byte[] {1, 1, 0, 2, 2, 0, 0});
        final String json = trial.toJson();
        assertEquals(trial.choose(), ComponentRule.fromJson(json, "test"));
        assertTrue(json.contains("\"cases\" : 1"), json);
        assertTrue(json.contains("\"one\" : 0.8"), json);
    }

    @Test
    void aTextWithoutARuleRemovesNothingAndABadOneIsRefused() throws CaseException {
        assertEquals(ComponentRule.NONE, ComponentRule.fromJson("", "test"));
        assertEquals(ComponentRule.NONE, ComponentRule.fromJson("{\"fold\": 0}", "test"));
        for (final String text : List.of("{", "{\"keep_largest\": {\"connectivity\": 7}}", "{\"keep_largest\": {\"classes\": [0]}}")) {
            assertThrows(CaseException.class, () -> ComponentRule.fromJson(text, "test"), text);
        }
    }

    private void add(final byte[] prediction, final byte[] reference) throws CaseException {
        trial.add(ComponentTrial.measure(prediction, reference, new Shape(1, 1, prediction.length), CLASSES, Connectivity.FACES), "test");
    }
}
