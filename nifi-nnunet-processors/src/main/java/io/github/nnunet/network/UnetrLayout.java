/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/** The weights of a UNETR: names and order of MONAI's UNETR with convolutional patch embedding and affine normalization, buffers after the parameters. */
final class UnetrLayout {

    static final String EMBEDDING = "vit.patch_embedding.patch_embeddings";
    static final String POSITIONS = "vit.patch_embedding.position_embeddings";
    static final String LAST_NORM = "vit.norm";
    static final String OUTPUT = "out.conv.conv";

    private static final int KERNEL = 3;
    private static final int DOUBLING = 2;

    private final UnetrTopology topology;
    private final List<WeightLayout.Slot> parameters = new ArrayList<>();
    private final List<WeightLayout.Slot> buffers = new ArrayList<>();

    private UnetrLayout(final UnetrTopology topology) {
        this.topology = topology;
    }

    static List<WeightLayout.Slot> of(final UnetrTopology topology) {
        final UnetrLayout layout = new UnetrLayout(topology);
        layout.addTransformer();
        layout.addConvolutions();
        final List<WeightLayout.Slot> all = new ArrayList<>(layout.parameters);
        all.addAll(layout.buffers);
        return List.copyOf(all);
    }

    /** @return the name of a block of the transformer */
    static String block(final int number) {
        return "vit.blocks." + number;
    }

    /** @return the name of the part that makes the skip connection of a level, 0 for full resolution */
    static String encoder(final int level) {
        return "encoder" + (level + 1);
    }

    /** @return the name of the part that gives the decoder's feature maps of a level, 0 for full resolution */
    static String decoder(final int level) {
        return "decoder" + (level + 2);
    }

    private void addTransformer() {
        final int hidden = topology.hiddenSize();
        add(POSITIONS, WeightLayout.Role.POSITION, 1, topology.cubes().count(), hidden);
        final int cube = UnetrTopology.CUBE;
        add(EMBEDDING + ".weight", WeightLayout.Role.UNIFORM, hidden, topology.inputChannels(), cube, cube, cube);
        addBias(EMBEDDING, hidden, (long) topology.inputChannels() * cube * cube * cube);
        for (int number = 0; number < UnetrTopology.BLOCKS; number++) {
            final String name = block(number);
            addLinear(name + ".mlp.linear1", hidden, topology.perceptronSize());
            addLinear(name + ".mlp.linear2", topology.perceptronSize(), hidden);
            addScale(name + ".norm1", hidden);
            addLinear(name + ".attn.out_proj", hidden, hidden);
            add(name + ".attn.qkv.weight", WeightLayout.Role.UNIFORM, 3L * hidden, hidden);
            addScale(name + ".norm2", hidden);
        }

        addScale(LAST_NORM, hidden);
    }

    private void addConvolutions() {
        addResidual(encoder(0) + ".layer", topology.inputChannels(), topology.channels(0));
        for (int level = 1; level <= 3; level++) {
            final int channels = topology.channels(level);
            addTransposed(encoder(level) + ".transp_conv_init.conv", topology.hiddenSize(), channels);
            for (int doubling = 0; doubling < 3 - level; doubling++) {
                final String name = encoder(level) + ".blocks." + doubling;
                addTransposed(name + ".0.conv", channels, channels);
                addResidual(name + ".1", channels, channels);
            }
        }

        for (int level = 3; level >= 0; level--) {
            final int channels = topology.channels(level);
            addTransposed(decoder(level) + ".transp_conv.conv", level == 3 ? topology.hiddenSize() : topology.channels(level + 1), channels);
            addResidual(decoder(level) + ".conv_block", 2 * channels, channels);
        }

        add(OUTPUT + ".weight", WeightLayout.Role.UNIFORM, topology.outputChannels(), topology.channels(0), 1, 1, 1);
        addBias(OUTPUT, topology.outputChannels(), topology.channels(0));
    }

    private void addLinear(final String name, final int inputs, final int outputs) {
        add(name + ".weight", WeightLayout.Role.UNIFORM, outputs, inputs);
        addBias(name, outputs, inputs);
    }

    private void addBias(final String name, final int outputs, final long fanIn) {
        parameters.add(new WeightLayout.Slot(name + ".bias", new long[] {outputs}, WeightLayout.Role.UNIFORM, fanIn));
    }

    private void addScale(final String name, final int channels) {
        add(name + ".weight", WeightLayout.Role.SCALE, channels);
        add(name + ".bias", WeightLayout.Role.SHIFT, channels);
    }

    private void addTransposed(final String name, final int inputs, final int outputs) {
        add(name + ".weight", WeightLayout.Role.UNIFORM, inputs, outputs, DOUBLING, DOUBLING, DOUBLING);
    }

    private void addResidual(final String name, final int inputs, final int outputs) {
        add(name + ".conv1.conv.weight", WeightLayout.Role.UNIFORM, outputs, inputs, KERNEL, KERNEL, KERNEL);
        add(name + ".conv2.conv.weight", WeightLayout.Role.UNIFORM, outputs, outputs, KERNEL, KERNEL, KERNEL);
        addNormalization(name + ".norm1", outputs);
        addNormalization(name + ".norm2", outputs);
        if (inputs != outputs) {
            add(name + ".conv3.conv.weight", WeightLayout.Role.UNIFORM, outputs, inputs, 1, 1, 1);
            addNormalization(name + ".norm3", outputs);
        }
    }

    private void addNormalization(final String name, final int channels) {
        addScale(name, channels);
        if (topology.normalization() == Normalization.BATCH) {
            add(name + ".running_mean", WeightLayout.Role.RUNNING_MEAN, channels);
            add(name + ".running_var", WeightLayout.Role.RUNNING_VARIANCE, channels);
        }
    }

    private void add(final String name, final WeightLayout.Role role, final long... shape) {
        (role.isParameter() ? parameters : buffers).add(new WeightLayout.Slot(name, shape, role));
    }
}
