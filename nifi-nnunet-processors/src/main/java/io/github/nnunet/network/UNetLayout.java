/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/** The weights of a U-Net: names and order of MONAI's DynUNet, buffers after the parameters. */
final class UNetLayout {

    private final UNetTopology topology;
    private final List<WeightLayout.Slot> parameters = new ArrayList<>();
    private final List<WeightLayout.Slot> buffers = new ArrayList<>();

    private UNetLayout(final UNetTopology topology) {
        this.topology = topology;
    }

    static List<WeightLayout.Slot> of(final UNetTopology topology) {
        final UNetLayout layout = new UNetLayout(topology);
        layout.addAll();
        final List<WeightLayout.Slot> all = new ArrayList<>(layout.parameters);
        all.addAll(layout.buffers);
        return List.copyOf(all);
    }

    private void addAll() {
        final int bottom = topology.levels() - 1;
        for (int level = 0; level <= bottom; level++) {
            final int inputs = level == 0 ? topology.inputChannels() : topology.filters().get(level - 1);
            addBlock(encoder(topology, level), level, topology.kernels().get(level), inputs, topology.residual());
        }

        for (int level = bottom - 1; level >= 0; level--) {
            final String name = decoder(topology, level);
            final int channels = topology.filters().get(level);
            addTransposed(name + ".transp_conv.conv", level);
            addBlock(name + ".conv_block", level, decoderKernel(topology, level), 2 * channels, false);
        }

        addPointwise("output_block.conv.conv", 0);
        for (int head = 0; head < topology.deepSupervisionHeads(); head++) {
            addPointwise(head(head), head + 1);
        }
    }

    /** @return the name of the encoder's block at a level; of the bottleneck at the last one */
    static String encoder(final UNetTopology topology, final int level) {
        if (level == 0) {
            return "input_block";
        }

        return level == topology.levels() - 1 ? "bottleneck" : "downsamples." + (level - 1);
    }

    /** @return the name of the decoder's block at a level */
    static String decoder(final UNetTopology topology, final int level) {
        return "upsamples." + (topology.levels() - 2 - level);
    }

    /** @return the kernel of the decoder's block at a level: MONAI takes that of the level below */
    static List<Integer> decoderKernel(final UNetTopology topology, final int level) {
        return topology.kernels().get(level + 1);
    }

    /** @return the name of the deep supervision head on the decoder's level {@code head + 1} */
    static String head(final int head) {
        return "deep_supervision_heads." + head + ".conv.conv";
    }

    /** Whether a residual block needs a convolution on its shortcut, because shape or channels change. */
    static boolean hasShortcutConvolution(final UNetTopology topology, final int level, final int inputs) {
        return inputs != topology.filters().get(level) || topology.strides().get(level).stream().anyMatch(step -> step != 1);
    }

    private void addBlock(final String name, final int level, final List<Integer> kernel, final int inputs, final boolean residual) {
        final int channels = topology.filters().get(level);
        add(name + ".conv1.conv.weight", shape(channels, inputs, kernel), WeightLayout.Role.KERNEL);
        add(name + ".conv2.conv.weight", shape(channels, channels, kernel), WeightLayout.Role.KERNEL);
        addNormalization(name + ".norm1", channels);
        addNormalization(name + ".norm2", channels);
        if (residual && hasShortcutConvolution(topology, level, inputs)) {
            add(name + ".conv3.conv.weight", shape(channels, inputs, ones()), WeightLayout.Role.KERNEL);
            addNormalization(name + ".norm3", channels);
        }
    }

    private void addNormalization(final String name, final int channels) {
        add(name + ".weight", new long[] {channels}, WeightLayout.Role.SCALE);
        add(name + ".bias", new long[] {channels}, WeightLayout.Role.SHIFT);
        if (topology.normalization() == Normalization.BATCH) {
            add(name + ".running_mean", new long[] {channels}, WeightLayout.Role.RUNNING_MEAN);
            add(name + ".running_var", new long[] {channels}, WeightLayout.Role.RUNNING_VARIANCE);
        }
    }

    private void addTransposed(final String name, final int level) {
        final int channels = topology.filters().get(level);
        add(name + ".weight", shape(topology.filters().get(level + 1), channels, topology.strides().get(level + 1)), WeightLayout.Role.KERNEL);
        add(name + ".bias", new long[] {channels}, WeightLayout.Role.BIAS);
    }

    private void addPointwise(final String name, final int level) {
        add(name + ".weight", shape(topology.outputChannels(), topology.filters().get(level), ones()), WeightLayout.Role.KERNEL);
        add(name + ".bias", new long[] {topology.outputChannels()}, WeightLayout.Role.BIAS);
    }

    private List<Integer> ones() {
        return topology.strides().getFirst().stream().map(step -> 1).toList();
    }

    private static long[] shape(final int first, final int second, final List<Integer> kernel) {
        final long[] shape = new long[2 + kernel.size()];
        shape[0] = first;
        shape[1] = second;
        for (int axis = 0; axis < kernel.size(); axis++) {
            shape[2 + axis] = kernel.get(axis);
        }

        return shape;
    }

    private void add(final String name, final long[] shape, final WeightLayout.Role role) {
        (role.isParameter() ? parameters : buffers).add(new WeightLayout.Slot(name, shape, role));
    }
}
