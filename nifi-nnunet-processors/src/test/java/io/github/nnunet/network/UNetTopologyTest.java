/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.NetworkPlan;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

class UNetTopologyTest {

    private static final TopologyOptions OPTIONS = TopologyOptions.defaults(3, 1, 3);

    @Test
    void plansAreThoseOfTheReferenceForEveryTask() throws IOException {
        final JsonNode golden = GoldenNetwork.info().path("get_unet_params");
        assertFalse(golden.isEmpty());
        for (final Map.Entry<String, JsonNode> entry : golden.properties()) {
            final JsonNode expected = entry.getValue();
            final UNetTopology topology = plan(expected);
            assertEquals(GoldenNetwork.lists(expected.path("kernels")), topology.kernels(), entry.getKey());
            assertEquals(GoldenNetwork.lists(expected.path("strides")), topology.strides(), entry.getKey());
            assertEquals(GoldenNetwork.integers(expected.path("default_filters")), topology.filters(), entry.getKey());
        }
    }

    private static UNetTopology plan(final JsonNode golden) {
        final JsonNode patch = golden.path("config").path("patch_size");
        final JsonNode spacings = golden.path("config").path("spacings");
        final int dimensions = patch.size();
        final int[] sizes = {1, 1, 1};
        final double[] millimetres = {1, 1, 1};
        for (int axis = 0; axis < dimensions; axis++) {
            sizes[3 - dimensions + axis] = patch.get(axis).asInt();
            millimetres[3 - dimensions + axis] = spacings.get(axis).asDouble();
        }

        final TopologyOptions options = TopologyOptions.defaults(dimensions, golden.path("config").path("in_channels").asInt(), golden.path("config").path("n_class").asInt());
        final String arguments = golden.path("args").asText();
        return UNetTopology.plan(Shape.of(sizes), Spacing.of(millimetres), options.withDepth(argument(arguments, "--depth", 5), argument(arguments, "--min_fmap", 4)));
    }

    private static int argument(final String arguments, final String name, final int standard) {
        final List<String> words = List.of(arguments.split(" "));
        return words.contains(name) ? Integer.parseInt(words.get(words.indexOf(name) + 1)) : standard;
    }

    @Test
    void longFilterListsAreCutAndShortOnesRefused() {
        final Shape patch = new Shape(40, 56, 40);
        final Spacing spacing = new Spacing(1, 1, 1);
        assertEquals(List.of(5, 7, 9, 11), UNetTopology.plan(patch, spacing, OPTIONS.withFilters(List.of(5, 7, 9, 11, 13, 15))).filters());
        assertThrows(IllegalArgumentException.class, () -> UNetTopology.plan(patch, spacing, OPTIONS.withFilters(List.of(5, 7))));
    }

    @Test
    void aPatchThatCannotBeHalvedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> UNetTopology.plan(new Shape(4, 4, 4), new Spacing(1, 1, 1), OPTIONS));
    }

    @Test
    void headsAreCutToWhatTheLevelsAllow() {
        assertEquals(1, UNetTopology.plan(new Shape(16, 16, 16), new Spacing(1, 1, 1), OPTIONS.withDeepSupervision(3)).deepSupervisionHeads());
    }

    @Test
    void groupsDivideTheChannels() {
        final UNetTopology topology = UNetTopology.plan(new Shape(40, 56, 40), new Spacing(1, 1, 1), OPTIONS.withNormalization(Normalization.GROUP, 16));
        assertEquals(16, topology.groupsOf(32));
        assertEquals(10, topology.groupsOf(20));
        assertEquals(1, topology.groupsOf(17));
        assertEquals(4, topology.groupsOf(4));
    }

    @Test
    void reductionIsTheProductOfStrides() {
        assertArrayEquals(new int[] {4, 32, 32}, UNetTopology.plan(new Shape(20, 320, 256), new Spacing(3.6, 0.62, 0.62), OPTIONS).reduction());
    }

    private static Plan plan(final Optional<NetworkPlan> network) {
        return new Plan("x", "x", 3, Modality.MRI, List.of("T1"), List.of(new LabelClass(0, "background"), new LabelClass(1, "core")), new Spacing(1, 1, 1),
                new Shape(16, 16, 16), Optional.empty(), false, network);
    }

    @Test
    void thePlansOwnLayersAreTaken() {
        final List<List<Integer>> kernels = List.of(List.of(1, 3, 3), List.of(3, 3, 3), List.of(3, 3, 3));
        final List<List<Integer>> strides = List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 2, 2));
        final UNetTopology topology = UNetTopology.plan(plan(Optional.of(new NetworkPlan(kernels, strides, 4))), OPTIONS.withDepth(1, 8).withDeepSupervision(3));
        assertEquals(kernels, topology.kernels());
        assertEquals(strides, topology.strides());
        assertEquals(List.of(32, 64, 128), topology.filters());
        assertEquals(1, topology.deepSupervisionHeads());
    }

    @Test
    void aPlanWithoutLayersLeavesThemToThePatch() {
        assertEquals(UNetTopology.plan(new Shape(16, 16, 16), new Spacing(1, 1, 1), OPTIONS), UNetTopology.plan(plan(Optional.empty()), OPTIONS));
    }

    @Test
    void jsonThatSaysNoArchitectureIsAUNet() {
        final UNetTopology topology = UNetTopology.plan(new Shape(16, 16, 16), new Spacing(1, 1, 1), OPTIONS);
        final String before = topology.toJson().replace("\"architecture\":\"unet\",", "");
        assertFalse(before.contains("architecture"), before);
        assertEquals(topology, NetworkTopology.fromJson(before));
    }

    @Test
    void jsonKeepsEveryComponent() {
        final UNetTopology topology = UNetTopology.plan(new Shape(20, 320, 256), new Spacing(3.6, 0.62, 0.62),
                OPTIONS.withNormalization(Normalization.BATCH, 8).withResidual(true).withDeepSupervision(2).withNegativeSlope(0.02));
        assertEquals(topology, NetworkTopology.fromJson(topology.toJson()));
        assertThrows(IllegalArgumentException.class, () -> NetworkTopology.fromJson("{\"dimensions\": 3}"));
        assertThrows(IllegalArgumentException.class, () -> NetworkTopology.fromJson("no"));
    }
}
