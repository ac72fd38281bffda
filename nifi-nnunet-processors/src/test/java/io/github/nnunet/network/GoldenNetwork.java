/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.NpyFile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network that MONAI made, with its weights and what it computed. */
record GoldenNetwork(String name, UNetTopology topology, NetworkWeights weights, NpzFile arrays) {

    private static final String FOLDER = "/golden/dynunet/";

    static GoldenNetwork read(final String name) throws IOException {
        final JsonNode info = info().path(name);
        final boolean isGroup = name.endsWith("group4");
        final List<Integer> filters = integers(info.path("filters"));
        final Normalization normalization = isGroup ? Normalization.GROUP : name.endsWith("batch") ? Normalization.BATCH : Normalization.INSTANCE;
        final int heads = info.path("deep_supervision").asBoolean() ? info.path("deep_supr_num").asInt() : 0;
        final UNetTopology topology = new UNetTopology(info.path("kernels").path(0).size(), info.path("in_channels").asInt(1), info.path("out_channels").asInt(3),
                lists(info.path("kernels")), lists(info.path("strides")), filters, normalization, isGroup ? 4 : 16, 0.01, info.path("res_block").asBoolean(), heads);
        final NpzFile stored = file(name + "_weights.npz");
        return new GoldenNetwork(name, topology, weights(topology, stored), file(name + ".npz"));
    }

    static JsonNode info() throws IOException {
        try (InputStream in = GoldenNetwork.class.getResourceAsStream(FOLDER + "info.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    static List<List<Integer>> lists(final JsonNode array) {
        final List<List<Integer>> lists = new ArrayList<>();
        array.forEach(item -> lists.add(integers(item)));
        return lists;
    }

    static List<Integer> integers(final JsonNode array) {
        final List<Integer> values = new ArrayList<>();
        array.forEach(item -> values.add(item.asInt()));
        return values;
    }

    static NpzFile file(final String file) throws IOException {
        if (GoldenNetwork.class.getResource(FOLDER + file) != null) {
            return NpzFile.resource(FOLDER + file);
        }

        return NpzFile.read(SharedFolder.require("golden/dynunet/" + file));
    }

    private static NetworkWeights weights(final UNetTopology topology, final NpzFile stored) {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            final NpyFile array = stored.get(slot.name());
            entries.add(new NetworkWeights.Entry(slot.name(), Arrays.stream(array.shape()).asLongStream().toArray(), array.floats(), slot.role().isParameter()));
        }

        return new NetworkWeights(entries).fittedTo(topology);
    }

    NDArray tensor(final NDManager manager, final String array) {
        final NpyFile stored = arrays.get(array);
        return manager.create(stored.floats(), new Shape(Arrays.stream(stored.shape()).asLongStream().toArray()));
    }
}
