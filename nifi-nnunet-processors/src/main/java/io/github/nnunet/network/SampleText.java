/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes {@code sample(after, weights, x [channel][z][y][x], kept, spare, logits [class][voxel])}, the stages that compute the logits of one
 * sample in the buffers {@code kept} and {@code spare}, see {@link SliceBuffers}; and the preparation of its weights.
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

    /** A feature map: the expression for its buffer, its level and its channels. */
    private record FeatureMap(String buffer, int level, int channels) {

        String inside() {
            return "(self).inside(%s, d%d, )".formatted(buffer, level);
        }
    }

    /** A convolution, its normalization and activation; several inputs are taken together as if one after the other along the channels. */
    private record Layer(String block, int number, List<FeatureMap> inputs, List<Integer> kernel, List<Integer> stride) {

        String weight() {
            return block + ".conv%d.conv.weight".formatted(number);
        }

        List<Integer> channels() {
            return inputs.stream().map(FeatureMap::channels).toList();
        }

        boolean isTransformed() {
            return kernel.getFirst() == WinogradDepthText.KERNEL_DEPTH && stride.equals(ONES);
        }

        boolean isSmall(final FeatureMap result) {
            return inputs.getFirst().channels() * result.channels() <= SMALL_KERNEL;
        }
    }

    private final UNetTopology topology;
    private final SharedWorkText work;
    private final WeightIndex weights;
    private final SliceBuffers buffers;
    private final PreparedWeights prepared = new PreparedWeights("prepare", "weights");
    private final String transforms = prepared.several("(self).depth_transforms()", WinogradDepthText.TRANSFORMS);
    private final StringBuilder text = new StringBuilder();

    SampleText(final UNetTopology topology, final SharedWorkText work) {
        this.topology = topology;
        this.work = work;
        weights = new WeightIndex(topology);
        buffers = new SliceBuffers(topology);
        write();
    }

    String methods() {
        return buffers.creation() + text;
    }

    String prepare() {
        return prepared.method();
    }

    /** Whether some convolution reaches over the slices before and after. */
    boolean hasDepthKernels() {
        return topology.kernels().stream().anyMatch(kernel -> spatial(kernel).getFirst() == WinogradDepthText.KERNEL_DEPTH);
    }

    private void write() {
        text.append("def sample(%1$s, after: %2$s, weights: List[Tensor], x: Tensor, kept: List[Tensor], spare: List[Tensor], logits: Tensor) -> %2$s:\n"
                .formatted(ScriptModule.SELF, work.stage()));
        text.append(SliceBuffers.sizes(topology, List.of("torch.size(x, 1)"), "d"));
        FeatureMap current = new FeatureMap(buffers.keep(0, topology.inputChannels()), 0, topology.inputChannels());
        line("stage = (self).input_stage(after, x, %s, )".formatted(current.inside()));
        final List<FeatureMap> encoded = new ArrayList<>();
        for (int level = 0; level < topology.levels(); level++) {
            current = encode(level, current);
            encoded.add(current);
        }

        for (int level = topology.levels() - 2; level >= 0; level--) {
            current = decode(current, encoded.get(level));
        }

        final String head = "output_block.conv.conv";
        final String weight = prepared.one("torch.reshape(%s, [%d, -1])".formatted(weights.apply(head + ".weight"), topology.outputChannels()));
        final String bias = prepared.one("torch.reshape(%s, [-1, 1])".formatted(weights.apply(head + ".bias")));
        line("return (self).head_stage(stage, %s, %s, %s, logits, )".formatted(current.inside(), weight, bias));
    }

    private FeatureMap take(final int level) {
        return new FeatureMap(buffers.take(level), level, topology.filters().get(level));
    }

    private void release(final FeatureMap map) {
        buffers.release(map.level(), map.buffer());
    }

    private FeatureMap encode(final int level, final FeatureMap input) {
        final String name = UNetLayout.encoder(topology, level);
        final List<Integer> kernel = spatial(topology.kernels().get(level));
        final List<Integer> stride = spatial(topology.strides().get(level));
        line("shortcut = %s".formatted(topology.residual() ? shortcut(name, level, input, stride) : "(self).first_stage()"));
        final FeatureMap inner = take(level);
        writeLayer(inner, new Layer(name, 1, List.of(input), kernel, stride), "(self).first_stage()");
        final FeatureMap result = take(level);
        writeLayer(result, new Layer(name, 2, List.of(inner), kernel, ONES), "shortcut");
        release(inner);
        return result;
    }

    /** The block's input, scaled and shifted by its own factors. */
    private String shortcut(final String name, final int level, final FeatureMap input, final List<Integer> stride) {
        if (UNetLayout.hasShortcutConvolution(topology, level, input.channels())) {
            final String kernels = directKernels(name + ".conv3.conv.weight", List.of(input.channels()), ONES, stride);
            return "(self).shortcut_stage(stage, %s, %s, %s, %s, )".formatted(input.inside(), kernels, stride, norm(name + ".norm3"));
        }

        return "(self).same_stage(%s, %s, )".formatted(input.inside(), prepared.one("torch.stack([torch.ones([%1$d]), torch.zeros([%1$d])], 0)".formatted(input.channels())));
    }

    private FeatureMap decode(final FeatureMap coarse, final FeatureMap encoded) {
        final int level = encoded.level();
        final String name = UNetLayout.decoder(topology, level);
        final List<Integer> kernel = spatial(UNetLayout.decoderKernel(topology, level));
        final List<Integer> stride = spatial(topology.strides().get(level + 1));
        final String transposed = name + ".transp_conv.conv";
        final String columns = prepared.one("torch.reshape(torch.movedim(%s, 1, -1), [%d, -1])".formatted(weights.apply(transposed + ".weight"), coarse.channels()));
        final String bias = prepared.one(weights.apply(transposed + ".bias"));
        final FeatureMap enlarged = take(level);
        line("stage = (self).enlarge_stage(stage, %s, %s, %s, %s, %s, )".formatted(coarse.inside(), columns, bias, stride, enlarged.inside()));
        release(coarse);
        final FeatureMap inner = take(level);
        writeLayer(inner, new Layer(name + ".conv_block", 1, List.of(enlarged, encoded), kernel, ONES), "(self).first_stage()");
        release(enlarged);
        release(encoded);
        final FeatureMap result = take(level);
        writeLayer(result, new Layer(name + ".conv_block", 2, List.of(inner), kernel, ONES), "(self).first_stage()");
        release(inner);
        return result;
    }

    private void writeLayer(final FeatureMap result, final Layer layer, final String shortcut) {
        final String norm = norm(layer.block + ".norm" + layer.number);
        final List<Integer> padding = PlainOperators.padding(layer.kernel, layer.stride);
        final String inputs = layer.inputs.stream().map(FeatureMap::buffer).collect(Collectors.joining(", "));
        final int from = layer.inputs.getFirst().level();
        if (layer.isTransformed()) {
            final String direct = layer.isSmall(result) ? directKernels(layer.weight(), layer.channels(), layer.kernel, layer.stride) : NONE;
            line("stage = (self).depth_layer(stage, [%s], d%d, %s, %s, %s, %s, %s, %s, %s, )".formatted(inputs, from, depthKernels(layer), direct, transforms,
                    padding.subList(1, AXES), norm, shortcut, result.buffer()));
        } else {
            line("stage = (self).layer(stage, [%s], d%d, %s, %s, %s, %s, %s, %s, d%d, )".formatted(inputs, from, directKernels(layer.weight(), layer.channels(), layer.kernel, layer.stride),
                    layer.stride, padding, norm, shortcut, result.buffer(), result.level()));
        }
    }

    private String depthKernels(final Layer layer) {
        final List<Integer> padding = PlainOperators.padding(layer.kernel, layer.stride).subList(1, AXES);
        final List<String> lists = parts(layer.weight(), layer.channels()).stream().map(part -> "(self).depth_kernels(%s, %s, )".formatted(part, padding)).toList();
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
