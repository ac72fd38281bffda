/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/** Writes the body of a U-Net's forward pass, layer by layer, in TorchScript. */
final class UNetText {

    private final UNetTopology topology;
    private final LayerOperators operators;
    private final StringBuilder text = new StringBuilder();

    private UNetText(final UNetTopology topology, final LayerOperators operators) {
        this.topology = topology;
        this.operators = operators;
    }

    /**
     * @param signature the method's first line, with an input {@code x} and a Tensor as its result
     * @return a method that returns the logits at full resolution
     */
    static String logits(final UNetTopology topology, final String signature, final LayerOperators operators) {
        final UNetText writer = new UNetText(topology, operators);
        writer.text.append(signature).append('\n');
        final List<String> decoded = writer.writeLevels();
        writer.line("return " + writer.pointwise(decoded.getFirst(), "output_block.conv.conv"));
        return writer.text.toString();
    }

    /**
     * @param signature the method's first line, with an input {@code x} and a List[Tensor] as its result
     * @return a method that returns the logits at full resolution, then those of the deep supervision heads, from finer to coarser
     */
    static String supervised(final UNetTopology topology, final String signature, final LayerOperators operators) {
        final UNetText writer = new UNetText(topology, operators);
        writer.text.append(signature).append('\n');
        final List<String> decoded = writer.writeLevels();
        final List<String> outputs = new ArrayList<>();
        outputs.add(writer.pointwise(decoded.getFirst(), "output_block.conv.conv"));
        for (int head = 0; head < topology.deepSupervisionHeads(); head++) {
            final String logits = "h" + head;
            writer.line("%s = %s".formatted(logits, writer.pointwise(decoded.get(head + 1), UNetLayout.head(head))));
            outputs.add(logits);
        }

        writer.line("return [" + String.join(", ", outputs) + "]");
        return writer.text.toString();
    }

    /** @return the variables that hold the decoder's feature maps, from the finest level */
    private List<String> writeLevels() {
        final int bottom = topology.levels() - 1;
        String current = "x";
        for (int level = 0; level <= bottom; level++) {
            final int inputs = level == 0 ? topology.inputChannels() : topology.filters().get(level - 1);
            final String name = UNetLayout.encoder(topology, level);
            current = topology.residual() ? writeResidual(name, level, current, inputs) : writeBlock(name, "e" + level, level, topology.kernels().get(level), current, topology.strides().get(level));
        }

        final List<String> decoded = new ArrayList<>();
        for (int level = bottom - 1; level >= 0; level--) {
            final String name = UNetLayout.decoder(topology, level);
            line("u%d = %s".formatted(level, operators.upsampledWithSkip(current, "e" + level, name + ".transp_conv.conv", topology.strides().get(level + 1), topology.filters().get(level))));
            current = writeBlock(name + ".conv_block", "d" + level, level, UNetLayout.decoderKernel(topology, level), "u" + level, unitStride());
            decoded.addFirst(current);
        }

        return decoded;
    }

    private String writeBlock(final String name, final String variable, final int level, final List<Integer> kernel, final String input, final List<Integer> firstStride) {
        writeConvolution(variable, input, name + ".conv1", kernel, firstStride);
        writeNormalization(variable, name + ".norm1", level);
        writeActivation(variable);
        writeConvolution(variable, variable, name + ".conv2", kernel, unitStride());
        writeNormalization(variable, name + ".norm2", level);
        writeActivation(variable);
        return variable;
    }

    private String writeResidual(final String name, final int level, final String input, final int inputs) {
        final String variable = "e" + level;
        final List<Integer> kernel = topology.kernels().get(level);
        final List<Integer> stride = topology.strides().get(level);
        writeConvolution(variable, input, name + ".conv1", kernel, stride);
        writeNormalization(variable, name + ".norm1", level);
        writeActivation(variable);
        writeConvolution(variable, variable, name + ".conv2", kernel, unitStride());
        writeNormalization(variable, name + ".norm2", level);
        String shortcut = input;
        if (UNetLayout.hasShortcutConvolution(topology, level, inputs)) {
            shortcut = "s" + level;
            writeConvolution(shortcut, input, name + ".conv3", unitStride(), stride);
            writeNormalization(shortcut, name + ".norm3", level);
        }

        line("%s = %s".formatted(variable, operators.sum(variable, shortcut)));
        writeActivation(variable);
        return variable;
    }

    private void writeConvolution(final String variable, final String input, final String name, final List<Integer> kernel, final List<Integer> stride) {
        line("%s = %s".formatted(variable, operators.convolution(input, name + ".conv", false, kernel, stride)));
    }

    private void writeNormalization(final String variable, final String name, final int level) {
        line("%s = %s".formatted(variable, operators.normalization(variable, name, topology.filters().get(level))));
    }

    private void writeActivation(final String variable) {
        line("%s = %s".formatted(variable, operators.activation(variable)));
    }

    private String pointwise(final String x, final String name) {
        return operators.convolution(x, name, true, unitStride(), unitStride());
    }

    private List<Integer> unitStride() {
        return topology.strides().getFirst().stream().map(step -> 1).toList();
    }

    private void line(final String statement) {
        text.append("  ").append(statement).append('\n');
    }
}
