/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@code sample(weights, x [channel][z][y][x], logits [class][voxel])}, which computes the logits of one sample, and the
 * preparation of its weights.
 * <p>
 * Its variables: y, the buffer of the current feature map; e0, e1, … those of the encoder's levels; d0, d1, … the levels' depths.
 */
final class SampleText {

    private static final List<Integer> ONES = List.of(1, 1, 1);
    private static final int AXES = 3;
    private static final String NONE = "annotate(List[Tensor], [])";
    /**
     * Pairs of channels of which direct kernels are kept beside the transformed ones. With more, only maps of a few voxels are small enough
     * for them: with 320 channels and 2x2x2 voxels they would save 1.5 ms of 4.5, as measured, for 11 MB a layer.
     */
    private static final int SMALL_KERNEL = 1 << 16;

    /** A convolution, its normalization and activation; several inputs are taken together as if one after the other along the channels. */
    private record Layer(String block, int number, List<Integer> inputs, int outputs, List<Integer> kernel, List<Integer> stride) {

        String weight() {
            return block + ".conv%d.conv.weight".formatted(number);
        }

        boolean isTransformed() {
            return kernel.getFirst() == WinogradDepthText.KERNEL_DEPTH && stride.equals(ONES);
        }

        boolean isSmall() {
            return inputs.getFirst() * outputs <= SMALL_KERNEL;
        }
    }

    private final UNetTopology topology;
    private final WeightIndex weights;
    private final PreparedWeights prepared = new PreparedWeights("prepare", "weights");
    private final String transforms = prepared.several("(self).depth_transforms()", WinogradDepthText.TRANSFORMS);
    private final StringBuilder text = new StringBuilder();

    SampleText(final UNetTopology topology) {
        this.topology = topology;
        weights = new WeightIndex(topology);
        write();
    }

    String method() {
        return text.toString();
    }

    String prepare() {
        return prepared.method();
    }

    /** Whether some convolution reaches over the slices before and after. */
    boolean hasDepthKernels() {
        return topology.kernels().stream().anyMatch(kernel -> spatial(kernel).getFirst() == WinogradDepthText.KERNEL_DEPTH);
    }

    private void write() {
        text.append("def sample(%s, weights: List[Tensor], x: Tensor, logits: Tensor) -> NoneType:\n".formatted(ScriptModule.SELF));
        line("d0 = torch.size(x, 1)");
        line("y = (self).buffer(d0, torch.size(x, 2), torch.size(x, 3), %d, )".formatted(topology.inputChannels()));
        line("_0 = torch.copy_((self).inside(y, d0, ), torch.permute(x, [1, 2, 3, 0]))");
        for (int level = 0; level < topology.levels(); level++) {
            encode(level);
        }

        for (int level = topology.levels() - 2; level >= 0; level--) {
            decode(level);
        }

        final String head = "output_block.conv.conv";
        final String weight = prepared.one("torch.reshape(%s, [%d, -1])".formatted(weights.apply(head + ".weight"), topology.outputChannels()));
        final String bias = prepared.one("torch.reshape(%s, [-1, 1])".formatted(weights.apply(head + ".bias")));
        line("rows = torch.reshape((self).inside(y, d0, ), [-1, %d])".formatted(topology.filters().getFirst()));
        line("_1 = torch.addmm(%s, %s, torch.t(rows), beta=1, alpha=1, out=logits)".formatted(bias, weight));
        line("return None");
    }

    private void encode(final int level) {
        final String name = UNetLayout.encoder(topology, level);
        final List<Integer> kernel = spatial(topology.kernels().get(level));
        final List<Integer> stride = spatial(topology.strides().get(level));
        final int from = Math.max(level - 1, 0);
        final int inputs = level == 0 ? topology.inputChannels() : topology.filters().get(from);
        if (level > 0) {
            final int reach = kernel.getFirst() - 2 * PlainOperators.padding(kernel, stride).getFirst();
            line("d%d = torch.add(torch.floordiv(torch.sub(d%d, %d), %d), 1)".formatted(level, from, reach, stride.getFirst()));
        }

        line("x%d = y".formatted(level));
        final int channels = topology.filters().get(level);
        writeLayer("y", new Layer(name, 1, List.of(inputs), channels, kernel, stride), List.of("x" + level), from, NONE);
        writeLayer("e" + level, new Layer(name, 2, List.of(channels), channels, kernel, ONES), List.of("y"), level, topology.residual() ? shortcut(name, level, from, inputs, stride) : NONE);
        line("y = e%d".formatted(level));
    }

    /** The block's input, scaled and shifted by its own factors. */
    private String shortcut(final String name, final int level, final int from, final int inputs, final List<Integer> stride) {
        final String map = "(self).inside(x%d, d%d, )".formatted(level, from);
        if (UNetLayout.hasShortcutConvolution(topology, level, inputs)) {
            return "(self).shortcut(%s, %s, %s, %s, )".formatted(map, directKernels(name + ".conv3.conv.weight", List.of(inputs), ONES, stride), stride, norm(name + ".norm3"));
        }

        return "[%s, %s]".formatted(map, prepared.one("torch.stack([torch.ones([%1$d]), torch.zeros([%1$d])], 0)".formatted(inputs)));
    }

    private void decode(final int level) {
        final String name = UNetLayout.decoder(topology, level);
        final int channels = topology.filters().get(level);
        final List<Integer> kernel = spatial(UNetLayout.decoderKernel(topology, level));
        final List<Integer> stride = spatial(topology.strides().get(level + 1));
        final String transposed = name + ".transp_conv.conv";
        final String columns = prepared.one("torch.reshape(torch.movedim(%s, 1, -1), [%d, -1])".formatted(weights.apply(transposed + ".weight"), topology.filters().get(level + 1)));
        final String bias = prepared.one(weights.apply(transposed + ".bias"));
        line("u = (self).buffer(d%1$d, torch.size(e%1$d, 1), torch.size(e%1$d, 2), %2$d, )".formatted(level, channels));
        line("(self).enlarge((self).inside(y, d%d, ), %s, %s, %s, (self).inside(u, d%d, ), )".formatted(level + 1, columns, bias, stride, level));
        writeLayer("y", new Layer(name + ".conv_block", 1, List.of(channels, channels), channels, kernel, ONES), List.of("u", "e" + level), level, NONE);
        writeLayer("y", new Layer(name + ".conv_block", 2, List.of(channels), channels, kernel, ONES), List.of("y"), level, NONE);
    }

    /** @param from level of the inputs */
    private void writeLayer(final String result, final Layer layer, final List<String> inputs, final int from, final String shortcut) {
        final String norm = norm(layer.block + ".norm" + layer.number);
        final List<Integer> padding = PlainOperators.padding(layer.kernel, layer.stride);
        if (layer.isTransformed()) {
            final String direct = layer.isSmall() ? directKernels(layer.weight(), layer.inputs, layer.kernel, layer.stride) : NONE;
            line("%s = (self).depth_layer([%s], d%d, %s, %s, %s, %s, %s, %s, )".formatted(result, String.join(", ", inputs), from, depthKernels(layer), direct, transforms,
                    padding.subList(1, AXES), norm, shortcut));
        } else {
            final List<String> maps = inputs.stream().map(buffer -> "(self).inside(%s, d%d, )".formatted(buffer, from)).toList();
            line("%s = (self).layer([%s], %s, %s, %s, %s, %s, )".formatted(result, String.join(", ", maps), directKernels(layer.weight(), layer.inputs, layer.kernel, layer.stride),
                    layer.stride, padding, norm, shortcut));
        }
    }

    private String depthKernels(final Layer layer) {
        final List<Integer> padding = PlainOperators.padding(layer.kernel, layer.stride).subList(1, AXES);
        final List<String> lists = parts(layer.weight(), layer.inputs).stream().map(part -> "(self).depth_kernels(%s, %s, )".formatted(part, padding)).toList();
        return prepared.several(lists.stream().reduce("torch.add(%s, %s)"::formatted).orElseThrow(), WinogradDepthText.KERNELS * lists.size());
    }

    private String directKernels(final String name, final List<Integer> channels, final List<Integer> kernel, final List<Integer> stride) {
        final List<String> packed = parts(name, channels).stream().map(part -> "(self).packed(%s, %s, %s, )".formatted(part, stride, PlainOperators.padding(kernel, stride))).toList();
        return prepared.several("[%s]".formatted(String.join(", ", packed)), packed.size());
    }

    /** A kernel [out][in][z][y][x], split into those of the inputs that it takes together. */
    private List<String> parts(final String name, final List<Integer> channels) {
        final String weight = topology.dimensions() == 2 ? "torch.unsqueeze(%s, 3)".formatted(weights.apply(name)) : weights.apply(name);
        final List<String> parts = new ArrayList<>();
        int first = 0;
        for (final int width : channels) {
            parts.add("torch.contiguous(torch.narrow(%s, 1, %d, %d))".formatted(weight, first, width));
            first += width;
        }

        return parts;
    }

    /** Weight and bias of a normalization; of one whose statistics are known, scale and shift. */
    private String norm(final String name) {
        final String weight = weights.apply(name + ".weight");
        final String bias = weights.apply(name + ".bias");
        if (topology.normalization() != Normalization.BATCH) {
            return prepared.several("[%s, %s]".formatted(weight, bias), 2);
        }

        return prepared.several("(self).known_factors(%s, %s, %s, %s, )".formatted(weight, bias, weights.apply(name + ".running_mean"), weights.apply(name + ".running_var")), 2);
    }

    /** Sizes along z, y and x; of a 2D network along y, nothing and x. */
    private List<Integer> spatial(final List<Integer> sizes) {
        return sizes.size() == 2 ? List.of(sizes.getFirst(), 1, sizes.getLast()) : sizes;
    }

    private void line(final String statement) {
        text.append("  ").append(statement).append('\n');
    }
}
