/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A layer of a U-Net with the feature maps, by their names, that it reads and makes: what a form that goes through the layers both
 * ways walks over. Sizes are along z, y and x; those of a 2D network along y, nothing and x.
 */
sealed interface SliceStep {

    /**
     * Convolution, normalization and activation.
     *
     * @param block    name of the block; the weights are {@code block.conv1.conv.weight} and so on
     * @param number   in the block, from 1
     * @param inputs   maps that are taken together as if one after the other along the channels
     * @param channels of each input
     * @param result   the map that is made
     * @param outputs  channels of the result
     * @param from     level of the inputs
     * @param level    of the result
     */
    record Convolution(String block, int number, List<String> inputs, List<Integer> channels, String result, int outputs, List<Integer> kernel, List<Integer> stride, int from,
                       int level) implements SliceStep {

        String weight() {
            return "%s.conv%d.conv.weight".formatted(block, number);
        }

        String norm() {
            return "%s.norm%d".formatted(block, number);
        }

        List<Integer> padding() {
            return PlainOperators.padding(kernel, stride);
        }

        /** Whether Winograd's form is right for it. */
        boolean isAlongDepth() {
            return kernel.getFirst() == WinogradDepthText.KERNEL_DEPTH && stride.equals(ONES);
        }
    }

    /**
     * A transposed convolution whose kernel is its stride.
     *
     * @param name   of the layer
     * @param input  the coarser map, of the level below
     * @param inputs its channels
     * @param result the finer map
     * @param level  of the result
     */
    record Enlargement(String name, String input, int inputs, String result, int outputs, List<Integer> stride, int level) implements SliceStep {
    }

    /**
     * Logits of a map.
     *
     * @param name   of the layer
     * @param output its position among the network's outputs
     */
    record Head(String name, String input, int inputs, int output, int level) implements SliceStep {
    }

    List<Integer> ONES = List.of(1, 1, 1);
    /** The name of the map of the network's input. */
    String INPUT = "x0";

    /** @return the layers of a network without residual blocks, in the order of the forward pass */
    static List<SliceStep> of(final UNetTopology topology) {
        final List<SliceStep> steps = new ArrayList<>();
        String current = INPUT;
        for (int level = 0; level < topology.levels(); level++) {
            final String block = UNetLayout.encoder(topology, level);
            final int from = Math.max(level - 1, 0);
            final int inputs = level == 0 ? topology.inputChannels() : topology.filters().get(from);
            final int channels = topology.filters().get(level);
            final List<Integer> kernel = spatial(topology.kernels().get(level));
            steps.add(new Convolution(block, 1, List.of(current), List.of(inputs), "c" + level, channels, kernel, spatial(topology.strides().get(level)), from, level));
            steps.add(new Convolution(block, 2, List.of("c" + level), List.of(channels), "e" + level, channels, kernel, ONES, level, level));
            current = "e" + level;
        }

        for (int level = topology.levels() - 2; level >= 0; level--) {
            current = decode(topology, level, current, steps);
        }

        return steps;
    }

    private static String decode(final UNetTopology topology, final int level, final String coarse, final List<SliceStep> steps) {
        final String name = UNetLayout.decoder(topology, level);
        final int channels = topology.filters().get(level);
        final List<Integer> kernel = spatial(UNetLayout.decoderKernel(topology, level));
        final String result = "y" + level;
        steps.add(new Enlargement(name + ".transp_conv.conv", coarse, topology.filters().get(level + 1), "u" + level, channels, spatial(topology.strides().get(level + 1)), level));
        steps.add(new Convolution(name + ".conv_block", 1, List.of("u" + level, "e" + level), List.of(channels, channels), "b" + level, channels, kernel, ONES, level, level));
        steps.add(new Convolution(name + ".conv_block", 2, List.of("b" + level), List.of(channels), result, channels, kernel, ONES, level, level));
        if (level <= topology.deepSupervisionHeads()) {
            steps.add(new Head(level == 0 ? "output_block.conv.conv" : UNetLayout.head(level - 1), result, channels, level, level));
        }

        return result;
    }

    /** Sizes of a network along z, y and x. */
    static List<Integer> spatial(final List<Integer> sizes) {
        return sizes.size() == 2 ? List.of(sizes.getFirst(), 1, sizes.getLast()) : sizes;
    }
}
