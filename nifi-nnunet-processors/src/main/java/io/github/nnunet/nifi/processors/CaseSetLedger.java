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

    /**
     * Which closed sets belong together. They are kept for each other.
     *
     * @param whole attribute that is the same on all of them
     * @param part  attribute that tells them apart: of two sets of the same part, the later one takes the earlier one's place
     */
    record Grouping(String whole, String part) {

        boolean fits(final Map<String, String> attributes) {
            return attributes.containsKey(whole) && attributes.containsKey(part);
        }

        boolean isSameWhole(final Map<String, String> one, final Map<String, String> other) {
            return fits(one) && fits(other) && one.get(whole).equals(other.get(whole));
        }

        boolean isSamePart(final Map<String, String> one, final Map<String, String> other) {
            return isSameWhole(one, other) && one.get(part).equals(other.get(part));
        }
    }

    /**
     * What is stored of a set itself.
     *
     * @param sent whether what came of it is safe, for a set that is kept for others
     */
    private record Header(int expected, Map<String, String> attributes, String closedBy, long changed, boolean sent) {
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
        all.put(identifier, MAPPER.writeValueAsString(new Header(expected, known, closedBy, clock.millis(), false)));
        state.setState(all, Scope.LOCAL);
        return set(all, identifier);
    }

    /** Marks a set as closed. Its arrivals stay until it is forgotten. */
    void close(final String identifier, final String closedBy) throws IOException {
        final Map<String, String> all = load();
        final Header before = header(all, identifier);
        all.put(identifier, MAPPER.writeValueAsString(new Header(before.expected(), before.attributes(), closedBy, clock.millis(), false)));
        state.setState(all, Scope.LOCAL);
    }

    /**
     * Puts a closed set together with those that belong to it and were closed before.
     *
     * @return one set with the cases of all, and the attributes that all have alike; the set itself if it stands alone
     */
    CaseSet together(final CaseSet set, final Grouping grouping) throws IOException {
        final Map<String, String> all = load();
        final List<CaseSet> sets = new ArrayList<>();
        for (final String key : identifiers(all)) {
            final CaseSet other = set(all, key);
            if (other.closedBy().isPresent() && grouping.isSameWhole(other.attributes(), set.attributes()) && !grouping.isSamePart(other.attributes(), set.attributes())) {
                sets.add(other);
            }
        }

        sets.add(set);
        return sets.size() == 1 ? set : merged(set.identifier(), sets);
    }

    private static CaseSet merged(final String identifier, final List<CaseSet> sets) {
        final Map<String, String> attributes = new HashMap<>(sets.getLast().attributes());
        final List<Arrival> arrivals = new ArrayList<>();
        int expected = 0;
        for (final CaseSet set : sets) {
            attributes.entrySet().retainAll(set.attributes().entrySet());
            arrivals.addAll(set.arrivals());
            expected += set.expected();
        }

        return new CaseSet(identifier, expected, attributes, sets.getLast().closedBy(), List.copyOf(arrivals));
    }

    /** Keeps a closed set whose results are safe for those that belong to it, in place of an earlier one of the same part. */
    void keep(final String identifier, final Grouping grouping) throws IOException {
        final Map<String, String> all = load();
        final Map<String, String> attributes = header(all, identifier).attributes();
        for (final String key : identifiers(all)) {
            final Header other = header(all, key);
            if (other.closedBy() != null && grouping.isSameWhole(other.attributes(), attributes)) {
                // Those that belong together are as young as the youngest: they are forgotten together.
                final boolean replaced = !key.equals(identifier) && grouping.isSamePart(other.attributes(), attributes);
                final boolean sent = other.sent() || key.equals(identifier);
                all.put(key, MAPPER.writeValueAsString(new Header(other.expected(), replaced ? Map.of() : other.attributes(), other.closedBy(), clock.millis(), sent)));
                if (replaced) {
                    dropArrivals(all, key);
                }
            }
        }

        dropOld(all);
        state.setState(all, Scope.LOCAL);
    }

    /** Drops the arrivals of a closed set, once what came of them is safe; and sets that were closed long ago. */
    void forget(final String identifier) throws IOException {
        final Map<String, String> all = load();
        dropArrivals(all, identifier);
        final Header before = header(all, identifier);
        if (before != null) {
            all.put(identifier, MAPPER.writeValueAsString(new Header(before.expected(), Map.of(), before.closedBy(), before.changed(), true)));
        }

        dropOld(all);
        state.setState(all, Scope.LOCAL);
    }

    private static void dropArrivals(final Map<String, String> all, final String identifier) {
        all.keySet().removeIf(key -> key.startsWith(identifier + SEPARATOR));
    }

    private void dropOld(final Map<String, String> all) throws IOException {
        final long oldest = clock.millis() - MEMORY_OF_CLOSED_SETS.toMillis();
        for (final String key : identifiers(all)) {
            if (header(all, key).closedBy() != null && header(all, key).changed() < oldest) {
                all.remove(key);
                dropArrivals(all, key);
            }
        }
    }

    private static List<String> identifiers(final Map<String, String> all) {
        return all.keySet().stream().filter(key -> key.indexOf(SEPARATOR) < 0).sorted().toList();
    }

    /**
     * @param closedBy the word that {@link #close} was given for a set that was waited for long enough
     * @return sets that are waited for since longer than {@code wait}, and those that were closed for that reason and not forgotten:
     *         NiFi ended in between
     */
    List<CaseSet> overdue(final Duration wait, final String closedBy) throws IOException {
        final Map<String, String> all = load();
        final List<CaseSet> sets = new ArrayList<>();
        for (final String key : identifiers(all)) {
            if (isOverdue(header(all, key), wait, closedBy) && !set(all, key).arrivals().isEmpty()) {
                sets.add(set(all, key));
            }
        }

        return sets;
    }

    private boolean isOverdue(final Header header, final Duration wait, final String closedBy) {
        return header.closedBy() == null ? clock.millis() - header.changed() >= wait.toMillis() : header.closedBy().equals(closedBy) && !header.sent();
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
