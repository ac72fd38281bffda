/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.processors.CaseSetLedger.Arrival;
import io.github.nnunet.nifi.processors.CaseSetLedger.CaseSet;
import io.github.nnunet.nifi.processors.CaseSetLedger.Grouping;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CaseSetLedgerTest {
    private static final String SET = "a-listing";
    private static final String TIME_OUT = "time-out";
    private static final Grouping FOLDS = new Grouping("run", "fold");
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final StateManager state = TestRunners.newTestRunner(ComputeDice.class).getStateManager();
    private final SteppingClock clock = new SteppingClock();
    private final CaseSetLedger ledger = new CaseSetLedger(state, clock);

    @Test
    void aSetIsCompleteWhenEveryPlaceIsTaken() throws IOException {
        assertFalse(arrive(0, false).isComplete());
        assertFalse(arrive(2, true).isComplete());

        final CaseSet set = arrive(1, false);

        assertTrue(set.isComplete());
        assertEquals(List.of("case 0", "case 1"), set.present().stream().map(Arrival::payload).toList());
        assertEquals(1, set.missing());
    }

    @Test
    void aCaseThatComesTwiceIsCountedOnce() throws IOException {
        arrive(0, false);
        arrive(0, false);

        assertFalse(arrive(1, false).isComplete());
    }

    @Test
    void whatArrivedIsKnownAfterARestart() throws IOException {
        arrive(0, false);
        arrive(1, false);

        final CaseSet set = new CaseSetLedger(state, clock).record(SET, 3, Map.of(), new Arrival(2, false, "case 2"));

        assertTrue(set.isComplete());
        assertEquals(Map.of("nnunet.folds", "5"), set.attributes());
    }

    @Test
    void theCaseThatClosedASetClosesItAgainWhenACrashBringsItBack() throws IOException {
        arrive(0, false);
        arrive(1, false);
        arrive(2, false);
        ledger.close(SET, "2");

        final CaseSet again = arrive(2, false);

        assertTrue(again.isComplete());
        assertEquals(Optional.of("2"), again.closedBy());
    }

    @Test
    void aCaseThatComesLateDoesNotReopenItsSet() throws IOException {
        arrive(0, false);
        ledger.close(SET, TIME_OUT);
        ledger.forget(SET);

        final CaseSet late = arrive(1, false);

        assertEquals(Optional.of(TIME_OUT), late.closedBy());
        assertEquals(List.of(), late.arrivals());
    }

    @Test
    void aSetIsOverdueWhenNothingArrivesForLong() throws IOException {
        arrive(0, false);
        clock.advance(WAIT.minusSeconds(1));
        arrive(1, false);
        clock.advance(WAIT.minusSeconds(1));
        assertEquals(List.of(), ledger.overdue(WAIT, TIME_OUT));

        clock.advance(Duration.ofSeconds(1));

        assertEquals(List.of(SET), identifiers());
    }

    @Test
    void aSetClosedForTimeIsOverdueUntilItIsForgotten() throws IOException {
        arrive(0, false);
        ledger.close(SET, TIME_OUT);
        assertEquals(List.of(SET), identifiers());

        ledger.forget(SET);

        assertEquals(List.of(), identifiers());
    }

    @Test
    void closedSetsOfAWholeComeTogetherWithTheAttributesThatTheyShare() throws IOException {
        closeAndKeep("first", "run", "0", 2);
        closeAndKeep("elsewhere", "another run", "1", 1);
        final CaseSet second = arriveOf("second", "run", "1", 0, 1);
        ledger.close("second", "0");

        final CaseSet together = ledger.together(second, FOLDS);

        assertEquals(List.of("first 0", "first 1", "second 0"), together.arrivals().stream().map(Arrival::payload).toList());
        assertEquals(3, together.expected());
        assertEquals(Map.of("run", "run"), together.attributes());
    }

    @Test
    void anOpenSetIsNoPartOfTheWholeYet() throws IOException {
        arriveOf("first", "run", "0", 0, 2);
        final CaseSet second = arriveOf("second", "run", "1", 0, 1);

        assertEquals(second, ledger.together(second, FOLDS));
    }

    @Test
    void aPartThatComesAgainTakesThePlaceOfTheEarlierOne() throws IOException {
        closeAndKeep("first", "run", "0", 2);
        closeAndKeep("second", "run", "1", 1);
        closeAndKeep("first again", "run", "0", 1);
        final CaseSet third = arriveOf("third", "run", "2", 0, 1);

        final CaseSet together = ledger.together(third, FOLDS);

        assertEquals(List.of("first again 0", "second 0", "third 0"), together.arrivals().stream().map(Arrival::payload).toList());
    }

    @Test
    void aKeptSetIsNotOverdueAndStaysAsLongAsTheWholeIsYoung() throws IOException {
        closeAndKeep("first", "run", "0", 1);
        assertEquals(List.of(), ledger.overdue(WAIT, "0"));
        clock.advance(Duration.ofDays(20));
        closeAndKeep("second", "run", "1", 1);
        clock.advance(Duration.ofDays(20));
        closeAndKeep("third", "run", "2", 1);
        assertEquals(3, ledger.together(arriveOf("fourth", "run", "3", 0, 1), FOLDS).expected() - 1);

        clock.advance(Duration.ofDays(31));
        closeAndKeep("elsewhere", "another run", "0", 1);

        assertFalse(state.getState(Scope.LOCAL).toMap().keySet().stream().anyMatch(key -> key.startsWith("first") || key.startsWith("third")));
    }

    private void closeAndKeep(final String identifier, final String run, final String fold, final int cases) throws IOException {
        for (int position = 0; position < cases; position++) {
            arriveOf(identifier, run, fold, position, cases);
        }

        ledger.close(identifier, "0");
        ledger.keep(identifier, FOLDS);
    }

    private CaseSet arriveOf(final String identifier, final String run, final String fold, final int position, final int cases) throws IOException {
        return ledger.record(identifier, cases, Map.of("run", run, "fold", fold), new Arrival(position, false, identifier + " " + position));
    }

    @Test
    void closedSetsAreForgottenAfterAMonth() throws IOException {
        arrive(0, false);
        ledger.close(SET, TIME_OUT);
        ledger.forget(SET);
        clock.advance(Duration.ofDays(31));
        ledger.record("another", 1, Map.of(), new Arrival(0, false, ""));
        ledger.close("another", "0");
        ledger.forget("another");

        assertEquals(Optional.empty(), arrive(1, false).closedBy());
    }

    private List<String> identifiers() throws IOException {
        return ledger.overdue(WAIT, TIME_OUT).stream().map(CaseSet::identifier).toList();
    }

    private CaseSet arrive(final int position, final boolean failed) throws IOException {
        return ledger.record(SET, 3, Map.of("nnunet.folds", "5"), new Arrival(position, failed, "case " + position));
    }
}
