/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Remembers what a source processor listed last, so that it lists a dataset once. The set's identifier is written down
 * before the flowfiles are sent: if NiFi dies in between, the same listing is sent again under the same identifier,
 * and those who count its cases count none twice. The nodes of a cluster share what is remembered.
 */
final class ListingMemory {
    private static final String FINGERPRINT = "fingerprint";
    private static final String IDENTIFIER = "identifier";
    private static final String SENT = "sent";

    private final StateManager state;
    private final Supplier<String> identifiers;

    /** @param identifiers gives a new identifier for each listing */
    ListingMemory(final StateManager state, final Supplier<String> identifiers) {
        this.state = state;
        this.identifiers = identifiers;
    }

    /** @return whether this very listing was sent */
    boolean wasSent(final String fingerprint) throws IOException {
        final Map<String, String> known = state.getState(Scope.CLUSTER).toMap();
        return fingerprint.equals(known.get(FINGERPRINT)) && Boolean.parseBoolean(known.get(SENT));
    }

    /** @return the identifier to send the listing under */
    String begin(final String fingerprint) throws IOException {
        final Map<String, String> known = state.getState(Scope.CLUSTER).toMap();
        if (fingerprint.equals(known.get(FINGERPRINT)) && !wasSent(fingerprint)) {
            return known.get(IDENTIFIER);
        }

        final String identifier = identifiers.get();
        state.setState(Map.of(FINGERPRINT, fingerprint, IDENTIFIER, identifier, SENT, "false"), Scope.CLUSTER);
        return identifier;
    }

    /** The listing is out of the processor's hands. */
    void sent() throws IOException {
        final Map<String, String> known = new HashMap<>(state.getState(Scope.CLUSTER).toMap());
        known.put(SENT, "true");
        state.setState(known, Scope.CLUSTER);
    }
}
