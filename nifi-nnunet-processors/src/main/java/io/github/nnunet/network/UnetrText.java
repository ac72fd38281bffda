/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** The forward pass of a UNETR as one TorchScript method; the transformer's parts are the same on every device. */
final class UnetrText {

    /** The decoder's levels 1 to 3 begin with the hidden states after these blocks, counted from 0. */
    private static final List<Integer> TAPPED_BLOCKS = List.of(3, 6, 9);
    private static final List<Integer> POINT = List.of(1, 1, 1);
    private static final List<Integer> KERNEL = List.of(3, 3, 3);
    private static final List<Integer> DOUBLING = List.of(2, 2, 2);

    private final UnetrTopology topology;
    private final UnaryOperator<String> weight;
    private final PlainOperators operators;
    private final StringBuilder text = new StringBuilder();

    private UnetrText(final UnetrTopology topology, final UnaryOperator<String> weight, final PlainOperators operators) {
        this.topology = topology;
        this.weight = weight;
        this.operators = operators;
    }

    /**
     * @param signature the method's first line, with an input {@code x} and a Tensor as its result
     * @param weight    the expression that stands for a weight, by the weight's name
     * @return a method that returns the logits
     */
    static String logits(final UnetrTopology topology, final String signature, final UnaryOperator<String> weight, final PlainOperators operators) {
        final UnetrText writer = new UnetrText(topology, weight, operators);
        writer.text.append(signature).append('\n');
        writer.line("return " + writer.writeNetwork());
        return writer.text.toString();
    }

    /**
     * @param signature the method's first line, with an input {@code x} and a List[Tensor] as its result
     * @param weight    the expression that stands for a weight, by the weight's name
     * @return a method that returns a list of the logits alone
     */
    static String supervised(final UnetrTopology topology, final String signature, final UnaryOperator<String> weight, final PlainOperators operators) {
        final UnetrText writer = new UnetrText(topology, weight, operators);
        writer.text.append(signature).append('\n');
        writer.line("return [%s]".formatted(writer.writeNetwork()));
        return writer.text.toString();
    }

    private String writeNetwork() {
        final List<String> states = writeTransformer();
        writeResidual("s0", UnetrLayout.encoder(0) + ".layer", "x", topology.inputChannels(), topology.channels(0));
        for (int level = 1; level <= TAPPED_BLOCKS.size(); level++) {
            writeEncoder(level, states.get(TAPPED_BLOCKS.get(level - 1)));
        }

        writeMap("d4", states.getLast());
        for (int level = 3; level >= 0; level--) {
            final String name = UnetrLayout.decoder(level);
            line("u = " + operators.upsampled("d" + (level + 1), name + ".transp_conv.conv", DOUBLING));
            line("u = torch.cat([u, s%d], 1)".formatted(level));
            writeResidual("d" + level, name + ".conv_block", "u", 2 * topology.channels(level), topology.channels(level));
        }

        return operators.convolution("d0", UnetrLayout.OUTPUT, true, POINT, POINT);
    }

    /** @return variables of the hidden states [n][cube][hidden] after each block, then of the normalised last one */
    private List<String> writeTransformer() {
        final List<Integer> cube = Collections.nCopies(topology.dimensions(), UnetrTopology.CUBE);
        line("n = torch.size(x, 0)");
        line("t = " + operators.convolution("x", UnetrLayout.EMBEDDING, true, cube, cube));
        line("t = torch.add(torch.transpose(torch.flatten(t, 2, -1), 1, 2), %s)".formatted(weight.apply(UnetrLayout.POSITIONS)));
        final List<String> states = new ArrayList<>();
        for (int number = 0; number < UnetrTopology.BLOCKS; number++) {
            final String name = UnetrLayout.block(number);
            writeAttention(name);
            line("h%d = torch.add(t, %s)".formatted(number, perceptron(normalized("t", name + ".norm2"), name + ".mlp")));
            line("t = h%d".formatted(number));
            states.add("h" + number);
        }

        line("h = " + normalized("t", UnetrLayout.LAST_NORM));
        states.add("h");
        return states;
    }

    /** Softmax of the products of queries and keys, over the square root of a head's size, weighs the values. */
    private void writeAttention(final String name) {
        final int headSize = topology.hiddenSize() / topology.heads();
        final long cubes = topology.cubes().count();
        line("a = torch.linear(%s, %s, None)".formatted(normalized("t", name + ".norm1"), weight.apply(name + ".attn.qkv.weight")));
        line("a = torch.permute(torch.reshape(a, [n, %d, 3, %d, %d]), [2, 0, 3, 1, 4])".formatted(cubes, topology.heads(), headSize));
        line("q = torch.mul(torch.select(a, 0, 0), %s)".formatted(1 / Math.sqrt(headSize)));
        line("p = torch.softmax(torch.matmul(q, torch.transpose(torch.select(a, 0, 1), -2, -1)), -1, None)");
        line("a = torch.permute(torch.matmul(p, torch.select(a, 0, 2)), [0, 2, 1, 3])");
        line("a = torch.reshape(a, [n, %d, %d])".formatted(cubes, topology.hiddenSize()));
        line("t = torch.add(t, %s)".formatted(linear("a", name + ".attn.out_proj")));
    }

    private String perceptron(final String x, final String name) {
        return linear("torch.gelu(%s)".formatted(linear(x, name + ".linear1")), name + ".linear2");
    }

    private String linear(final String x, final String name) {
        return "torch.linear(%s, %s, %s)".formatted(x, weight.apply(name + ".weight"), weight.apply(name + ".bias"));
    }

    private String normalized(final String x, final String name) {
        return "torch.layer_norm(%s, [%d], %s, %s, 1e-05, True)".formatted(x, topology.hiddenSize(), weight.apply(name + ".weight"), weight.apply(name + ".bias"));
    }

    /** Hidden states become a feature map [n][hidden][z][y][x], a voxel a cube. */
    private void writeMap(final String variable, final String states) {
        line("%s = torch.contiguous(torch.reshape(torch.transpose(%s, 1, 2), [n, %d, %d, %d, %d]))".formatted(variable, states, topology.hiddenSize(),
                topology.cubes().depth(), topology.cubes().height(), topology.cubes().width()));
    }

    private void writeEncoder(final int level, final String states) {
        final String name = UnetrLayout.encoder(level);
        final String variable = "s" + level;
        writeMap(variable, states);
        line("%s = %s".formatted(variable, operators.upsampled(variable, name + ".transp_conv_init.conv", DOUBLING)));
        for (int doubling = 0; doubling < 3 - level; doubling++) {
            final String block = name + ".blocks." + doubling;
            line("%s = %s".formatted(variable, operators.upsampled(variable, block + ".0.conv", DOUBLING)));
            writeResidual(variable, block + ".1", variable, topology.channels(level), topology.channels(level));
        }
    }

    private void writeResidual(final String variable, final String name, final String input, final int inputs, final int outputs) {
        line("r = " + operators.convolution(input, name + ".conv1.conv", false, KERNEL, POINT));
        line("r = " + operators.normalization("r", name + ".norm1", outputs));
        line("r = " + operators.activation("r"));
        line("r = " + operators.convolution("r", name + ".conv2.conv", false, KERNEL, POINT));
        line("r = " + operators.normalization("r", name + ".norm2", outputs));
        String shortcut = input;
        if (inputs != outputs) {
            shortcut = "c";
            line("c = " + operators.convolution(input, name + ".conv3.conv", false, POINT, POINT));
            line("c = " + operators.normalization("c", name + ".norm3", outputs));
        }

        line("r = " + operators.sum("r", shortcut));
        line("%s = %s".formatted(variable, operators.activation("r")));
    }

    private void line(final String statement) {
        text.append("  ").append(statement).append('\n');
    }
}
