/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Remembers which cases of a set have arrived, in the processor's local state. An arrival is written down before its
 * session is committed, under the case's position in the set: when a crash brings a flowfile back, it takes its own
 * place again and is not counted twice.
 */
final class CaseSetLedger {
    /** Closed sets are remembered for so long, so that late cases are recognised. */
    private static final Duration MEMORY_OF_CLOSED_SETS = Duration.ofDays(30);
    /** Stands between a set's identifier and a position: a character that identifiers do not have. */
    private static final char SEPARATOR = '\n';
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final StateManager state;
    private final Clock clock;

    CaseSetLedger(final StateManager state, final Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    /**
     * An arrival.
     *
     * @param position place of the case in the set
     * @param failed   whether the case failed before it came here, or here
     * @param payload  what is to be known of the case when the set is closed
     */
    record Arrival(int position, boolean failed, String payload) {
    }

    /**
     * A set as far as it is known.
     *
     * @param attributes of all its cases alike
     * @param closedBy   position of the case that closed it, or a word
     * @param arrivals   by position
     */
    record CaseSet(String identifier, int expected, Map<String, String> attributes, Optional<String> closedBy, List<Arrival> arrivals) {

        boolean isComplete() {
            return arrivals.size() >= expected;
        }

        List<Arrival> present() {
            return arrivals.stream().filter(arrival -> !arrival.failed()).toList();
        }

        /** @return how many cases failed or did not come */
        int missing() {
            return expected - present().size();
        }
    }

    /** What is stored of a set itself. */
    private record Header(int expected, Map<String, String> attributes, String closedBy, long changed) {
    }

    /** Writes an arrival down and gives the set with it. */
    CaseSet record(final String identifier, final int expected, final Map<String, String> attributes, final Arrival arrival) throws IOException {
        final Map<String, String> all = load();
        final Header before = header(all, identifier);
        final String closedBy = before == null ? null : before.closedBy();
        if (closedBy == null || closedBy.equals(Integer.toString(arrival.position()))) {
            all.put(identifier + SEPARATOR + arrival.position(), MAPPER.writeValueAsString(arrival));
        }

        final Map<String, String> known = new HashMap<>(before == null ? Map.of() : before.attributes());
        known.putAll(attributes);
        all.put(identifier, MAPPER.writeValueAsString(new Header(expected, known, closedBy, clock.millis())));
        state.setState(all, Scope.LOCAL);
        return set(all, identifier);
    }

    /** Marks a set as closed. Its arrivals stay until it is forgotten. */
    void close(final String identifier, final String closedBy) throws IOException {
        final Map<String, String> all = load();
        final Header before = header(all, identifier);
        all.put(identifier, MAPPER.writeValueAsString(new Header(before.expected(), before.attributes(), closedBy, clock.millis())));
        state.setState(all, Scope.LOCAL);
    }

    /** Drops the arrivals of a closed set, once what came of them is safe; and sets that were closed long ago. */
    void forget(final String identifier) throws IOException {
        final Map<String, String> all = load();
        all.keySet().removeIf(key -> key.startsWith(identifier + SEPARATOR));
        final Header before = header(all, identifier);
        if (before != null) {
            all.put(identifier, MAPPER.writeValueAsString(new Header(before.expected(), Map.of(), before.closedBy(), before.changed())));
        }

        final long oldest = clock.millis() - MEMORY_OF_CLOSED_SETS.toMillis();
        for (final String key : List.copyOf(all.keySet())) {
            if (key.indexOf(SEPARATOR) < 0 && header(all, key).closedBy() != null && header(all, key).changed() < oldest) {
                all.remove(key);
            }
        }

        state.setState(all, Scope.LOCAL);
    }

    /**
     * @param closedBy the word that {@link #close} was given for a set that was waited for long enough
     * @return sets that are waited for since longer than {@code wait}, and those that were closed for that reason and not forgotten:
     *         NiFi ended in between
     */
    List<CaseSet> overdue(final Duration wait, final String closedBy) throws IOException {
        final Map<String, String> all = load();
        final List<CaseSet> sets = new ArrayList<>();
        for (final String key : all.keySet()) {
            if (key.indexOf(SEPARATOR) < 0 && isOverdue(header(all, key), wait, closedBy) && !set(all, key).arrivals().isEmpty()) {
                sets.add(set(all, key));
            }
        }

        return sets;
    }

    private boolean isOverdue(final Header header, final Duration wait, final String closedBy) {
        return header.closedBy() == null ? clock.millis() - header.changed() >= wait.toMillis() : header.closedBy().equals(closedBy);
    }

    private Map<String, String> load() throws IOException {
        return new HashMap<>(state.getState(Scope.LOCAL).toMap());
    }

    private static Header header(final Map<String, String> all, final String identifier) throws JsonProcessingException {
        final String json = all.get(identifier);
        return json == null ? null : MAPPER.readValue(json, Header.class);
    }

    private static CaseSet set(final Map<String, String> all, final String identifier) throws JsonProcessingException {
        final Header header = header(all, identifier);
        final Map<Integer, Arrival> arrivals = new TreeMap<>();
        for (final Map.Entry<String, String> entry : all.entrySet()) {
            if (entry.getKey().startsWith(identifier + SEPARATOR)) {
                final Arrival arrival = MAPPER.readValue(entry.getValue(), Arrival.class);
                arrivals.put(arrival.position(), arrival);
            }
        }

        return new CaseSet(identifier, header.expected(), header.attributes(), Optional.ofNullable(header.closedBy()), List.copyOf(arrivals.values()));
    }
}
