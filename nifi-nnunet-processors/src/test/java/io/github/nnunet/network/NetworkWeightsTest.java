/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkWeightsTest {

    private static UNetTopology hippocampus() {
        return UNetTopology.plan(new Shape(40, 56, 40), new Spacing(1, 1, 1), TopologyOptions.defaults(3, 1, 3));
    }

    @Test
    void kernelsStartWithTheDeviationOfTheReference() throws IOException {
        final NetworkWeights weights = NetworkWeights.initial(hippocampus(), new Random(1));
        final JsonNode golden = GoldenNetwork.info().path("init");
        for (final Map.Entry<String, JsonNode> entry : golden.properties()) {
            final float[] values = weights.entry(entry.getKey()).values();
            double sum = 0;
            double squares = 0;
            for (final float value : values) {
                sum += value;
                squares += (double) value * value;
            }

            final double deviation = Math.sqrt(squares / values.length);
            final double expected = entry.getValue().path("expected").asDouble();
            assertEquals(expected, deviation, 4 * expected / Math.sqrt(2.0 * values.length), entry.getKey());
            assertEquals(0, sum / values.length, 5 * expected / Math.sqrt(values.length), entry.getKey());
        }
    }

    @Test
    void normalizationsStartAtOneAndZeroAndBiasesAtZero() {
        final NetworkWeights weights = NetworkWeights.initial(hippocampus(), new Random(1));
        assertEquals(1, weights.entry("bottleneck.norm2.weight").values()[7]);
        assertEquals(0, weights.entry("bottleneck.norm2.bias").values()[7]);
        assertEquals(0, weights.entry("upsamples.1.transp_conv.conv.bias").values()[3]);
        assertThrows(IllegalArgumentException.class, () -> weights.entry("bottleneck.conv1.conv.bias"));
    }

    @Test
    void equalSeedsGiveEqualWeights() {
        final NetworkWeights first = NetworkWeights.initial(hippocampus(), new Random(9));
        final NetworkWeights second = NetworkWeights.initial(hippocampus(), new Random(9));
        first.entries().forEach(entry -> assertArrayEquals(entry.values(), second.entry(entry.name()).values()));
    }

    @Test
    void initialWeightsOneAfterTheOtherAreThoseAllAtOnce() {
        final NetworkWeights all = NetworkWeights.initial(hippocampus(), new Random(9));
        final List<String> names = new ArrayList<>();
        new InitialWeights(new Random(9)).forEach(hippocampus(), (entry, position) -> {
            assertEquals(names.size(), position);
            names.add(entry.name());
            assertArrayEquals(all.entry(entry.name()).shape(), entry.shape());
            assertArrayEquals(all.entry(entry.name()).values(), entry.values(), entry.name());
            assertEquals(all.entry(entry.name()).isParameter(), entry.isParameter());
        });
        assertEquals(all.names(), names);
        assertEquals(all.names(), NetworkWeights.names(hippocampus()));
    }

    /** Whoever repeats a training by its seed wants the weights that it began with then. */
    @Test
    void aSeedKeepsItsWeights() {
        final CRC32 bytes = new CRC32();
        new InitialWeights(new Random(9)).forEach(hippocampus(), (entry, position) -> {
            for (final float value : entry.values()) {
                final int bits = Float.floatToIntBits(value);
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    bytes.update(bits >>> shift);
                }
            }
        });
        assertEquals(0x182ac728L, bytes.getValue());
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedBeforeOneIsHandedOver() {
        final NetworkWeights weights = NetworkWeights.initial(hippocampus(), new Random(1));
        final UNetTopology moreClasses = UNetTopology.plan(new Shape(40, 56, 40), new Spacing(1, 1, 1), TopologyOptions.defaults(3, 1, 4));
        final List<String> handedOver = new ArrayList<>();
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> weights.forEach(moreClasses, (entry, position) -> handedOver.add(entry.name())));
        assertEquals("The weight output_block.conv.conv.weight has shape [3, 32, 1, 1, 1], but the network needs [4, 32, 1, 1, 1]", refused.getMessage());
        assertEquals(List.of(), handedOver);
    }

    @Test
    void weightsOfAnotherNetworkAreRefusedByName() {
        final NetworkWeights weights = NetworkWeights.initial(hippocampus(), new Random(1));
        final UNetTopology wider = UNetTopology.plan(new Shape(40, 56, 40), new Spacing(1, 1, 1), TopologyOptions.defaults(3, 2, 3));
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> weights.fittedTo(wider));
        assertTrue(refused.getMessage().contains("input_block.conv1.conv.weight"));
    }

    @Test
    void fittingRestoresTheOrder() {
        final NetworkWeights weights = NetworkWeights.initial(hippocampus(), new Random(1));
        final List<NetworkWeights.Entry> reversed = new ArrayList<>(weights.entries()).reversed();
        assertEquals(weights.names(), new NetworkWeights(reversed).fittedTo(hippocampus()).names());
    }
}
