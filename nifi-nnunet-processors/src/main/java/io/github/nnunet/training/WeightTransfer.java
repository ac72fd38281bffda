/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.training.TransferReport.Mismatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Weights taken over from another network, by name and shape.
 *
 * @param weights of the network: those that fit, and its own untrained ones for the rest
 * @param report  which are which
 */
record WeightTransfer(NetworkWeights weights, TransferReport report) {

    /**
     * @param source    name of the file for the report
     * @param stored    the file's weights; where no name is the network's, names are compared without their first part, as Python
     *                  puts "model." or "module." before them
     * @param untrained the network's weights
     */
    static WeightTransfer of(final String source, final NetworkWeights stored, final NetworkWeights untrained) {
        final NetworkWeights offered = stored.names().stream().anyMatch(untrained::contains) ? stored : withoutPrefix(stored);
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        final List<String> loaded = new ArrayList<>();
        final List<Mismatch> mismatched = new ArrayList<>();
        final List<String> missing = new ArrayList<>();
        for (final NetworkWeights.Entry own : untrained.entries()) {
            NetworkWeights.Entry chosen = own;
            if (!offered.contains(own.name())) {
                missing.add(own.name());
            } else if (Arrays.equals(offered.entry(own.name()).shape(), own.shape())) {
                chosen = new NetworkWeights.Entry(own.name(), own.shape(), offered.entry(own.name()).values(), own.isParameter());
                loaded.add(own.name());
            } else {
                mismatched.add(new Mismatch(own.name(), sizes(own), sizes(offered.entry(own.name()))));
            }

            entries.add(chosen);
        }

        final Set<String> known = new HashSet<>(untrained.names());
        return new WeightTransfer(new NetworkWeights(entries),
                new TransferReport(source, loaded, mismatched, missing, offered.names().stream().filter(name -> !known.contains(name)).toList()));
    }

    private static NetworkWeights withoutPrefix(final NetworkWeights stored) {
        return new NetworkWeights(stored.entries().stream()
                .map(entry -> new NetworkWeights.Entry(entry.name().substring(entry.name().indexOf('.') + 1), entry.shape(), entry.values(), entry.isParameter()))
                .toList());
    }

    private static List<Long> sizes(final NetworkWeights.Entry entry) {
        return Arrays.stream(entry.shape()).boxed().toList();
    }
}
