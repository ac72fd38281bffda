/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the forward and the backward pass of one sample:
 * <ul>
 * <li>{@code prepare_forward(weights)} and {@code prepare_backward(weights)}: weights as the passes want them</li>
 * <li>{@code sample(prepared, x [channel][z][y][x], logits, i)}: writes the logits of sample i; returns the maps and factors that the
 * way back needs</li>
 * <li>{@code sample_back(weights, prepared, saved, logit_slopes, i, slopes, depth)}: adds the gradients of the parameters to {@code slopes}, and
 * empties {@code saved}, so that each map is freed after its last use</li>
 * </ul>
 * A map m has its buffer in the variable m, the factors of its normalization in f_m, and its gradient's buffer in g_m.
 */
final class SliceTrainingText {

    private final UNetTopology topology;
    private final List<SliceStep> steps;
    private final WeightIndex weights;
    private final PreparedWeights forward = new PreparedWeights("prepare_forward", "prepared");
    private final PreparedWeights backward = new PreparedWeights("prepare_backward", "prepared");
    private final List<String> saved = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    /** @param steps those of the network */
    SliceTrainingText(final UNetTopology topology, final List<SliceStep> steps) {
        this.topology = topology;
        this.steps = steps;
        weights = new WeightIndex(topology);
        writeForward();
        writeBackward();
    }

    String methods() {
        return forward.method() + backward.method() + text;
    }

    private void writeForward() {
        text.append("def sample(%s, prepared: List[Tensor], x: Tensor, logits: List[Tensor], i: int) -> List[Tensor]:\n".formatted(ScriptModule.SELF));
        final String transforms = forward.several("(self).depth_transforms()", WinogradDepthText.TRANSFORMS);
        writeDepths("torch.size(x, 1)");
        line("x0 = (self).buffer(d0, torch.size(x, 2), torch.size(x, 3), %d, )".formatted(topology.inputChannels()));
        line("_0 = torch.copy_((self).inside(x0, d0, ), torch.permute(x, [1, 2, 3, 0]))");
        saved.add(SliceStep.INPUT);
        for (final SliceStep step : steps) {
            switch (step) {
                case SliceStep.Convolution convolution -> writeForward(convolution, transforms);
                case SliceStep.Enlargement enlargement -> writeForward(enlargement);
                case SliceStep.Head head -> writeForward(head);
            }
        }

        line("return [%s]".formatted(String.join(", ", saved)));
    }

    /** The depths of the levels, d0, d1, … */
    private void writeDepths(final String first) {
        line("d0 = " + first);
        for (int level = 1; level < topology.levels(); level++) {
            final List<Integer> kernel = SliceStep.spatial(topology.kernels().get(level));
            final List<Integer> stride = SliceStep.spatial(topology.strides().get(level));
            final int reach = kernel.getFirst() - 2 * PlainOperators.padding(kernel, stride).getFirst();
            line("d%d = torch.add(torch.floordiv(torch.sub(d%d, %d), %d), 1)".formatted(level, level - 1, reach, stride.getFirst()));
        }
    }

    private void writeForward(final SliceStep.Convolution step, final String transforms) {
        final String norm = "[%s]".formatted(forward.one(weights.apply(step.norm() + ".weight")) + ", " + forward.one(weights.apply(step.norm() + ".bias")));
        if (step.isAlongDepth()) {
            final String padding = step.padding().subList(1, SliceStep.ONES.size()).toString();
            final List<String> kernels = parts(step).stream().map(part -> "(self).depth_kernels(%s, %s, )".formatted(part, padding)).toList();
            line("both = (self).depth_step([%s], d%d, %s, %s, %s, %s, )".formatted(String.join(", ", step.inputs()), step.from(),
                    forward.several(kernels.stream().reduce("torch.add(%s, %s)"::formatted).orElseThrow(), WinogradDepthText.KERNELS * kernels.size()), transforms, padding, norm));
        } else {
            final List<String> kernels = parts(step).stream().map(part -> "(self).packed(%s, %s, %s, )".formatted(part, step.stride(), step.padding())).toList();
            final List<String> maps = step.inputs().stream().map(input -> inside(input, step.from())).toList();
            line("both = (self).direct_step([%s], %s, %s, %s, %s, )".formatted(String.join(", ", maps), forward.several("[%s]".formatted(String.join(", ", kernels)), kernels.size()),
                    step.stride(), step.padding(), norm));
        }

        line("%s = both[0]".formatted(step.result()));
        line("f_%s = both[1]".formatted(step.result()));
        saved.add(step.result());
        saved.add("f_" + step.result());
    }

    private void writeForward(final SliceStep.Enlargement step) {
        line("%s = (self).buffer(d%d, torch.size(e%d, 1), torch.size(e%d, 2), %d, )".formatted(step.result(), step.level(), step.level(), step.level(), step.outputs()));
        line("(self).enlarge(%s, %s, %s, %s, %s, )".formatted(inside(step.input(), step.level() + 1), forward.one(columns(step)), forward.one(weights.apply(step.name() + ".bias")),
                step.stride(), inside(step.result(), step.level())));
        saved.add(step.result());
    }

    /** The kernel [in][out][z][y][x] as [in][z y x out]. */
    private String columns(final SliceStep.Enlargement step) {
        return "torch.reshape(torch.movedim(%s, 1, -1), [%d, -1])".formatted(weights.apply(step.name() + ".weight"), step.inputs());
    }

    private void writeForward(final SliceStep.Head step) {
        line("rows = torch.reshape(%s, [-1, %d])".formatted(inside(step.input(), step.level()), step.inputs()));
        line("_1 = torch.addmm(%s, %s, torch.t(rows), beta=1, alpha=1, out=torch.view(logits[%d][i], [%d, -1]))".formatted(
                forward.one("torch.reshape(%s, [-1, 1])".formatted(weights.apply(step.name() + ".bias"))), forward.one(matrix(step)), step.output(), topology.outputChannels()));
    }

    private String matrix(final SliceStep.Head step) {
        return "torch.reshape(%s, [%d, -1])".formatted(weights.apply(step.name() + ".weight"), topology.outputChannels());
    }

    private static String inside(final String buffer, final int level) {
        return "(self).inside(%s, d%d, )".formatted(buffer, level);
    }

    /** A kernel [out][in][z][y][x], split into those of the inputs. */
    private List<String> parts(final SliceStep.Convolution step) {
        final String weight = kernel(step, weights.apply(step.weight()));
        final List<String> parts = new ArrayList<>();
        int first = 0;
        for (final int width : step.channels()) {
            parts.add("torch.contiguous(torch.narrow(%s, 1, %d, %d))".formatted(weight, first, width));
            first += width;
        }

        return parts;
    }

    private String kernel(final SliceStep.Convolution step, final String weight) {
        return topology.dimensions() == 2 ? "torch.unsqueeze(%s, 3)".formatted(weight) : weight;
    }

    private void writeBackward() {
        text.append("def sample_back(%s, weights: List[Tensor], prepared: List[Tensor], saved: List[Tensor], logit_slopes: List[Tensor], i: int, slopes: List[Tensor], depth: int) -> NoneType:\n"
                .formatted(ScriptModule.SELF));
        final String transforms = backward.several("(self).depth_transforms()", WinogradDepthText.TRANSFORMS);
        writeDepths("depth");
        for (int position = 0; position < saved.size(); position++) {
            line("%s = saved[%d]".formatted(saved.get(position), position));
        }

        line("torch.clear(saved)");
        final Set<String> known = new HashSet<>();
        for (final SliceStep step : steps.reversed()) {
            switch (step) {
                case SliceStep.Convolution convolution -> writeBackward(convolution, transforms, known);
                case SliceStep.Enlargement enlargement -> writeBackward(enlargement, known);
                case SliceStep.Head head -> writeBackward(head, known);
            }
        }

        line("return None");
    }

    private void writeBackward(final SliceStep.Convolution step, final String transforms, final Set<String> known) {
        final String slopes = "g_" + step.result();
        final String map = step.result();
        line("norm = (self).normalize_back(%s, %s, f_%s, %s, %s, )".formatted(inside(slopes, step.level()), inside(map, step.level()), map,
                weights.apply(step.norm() + ".weight"), weights.apply(step.norm() + ".bias")));
        addSlope(step.norm() + ".weight", "norm[0]");
        addSlope(step.norm() + ".bias", "norm[1]");
        final List<String> parts = parts(step);
        int first = 0;
        for (int input = 0; input < parts.size(); input++) {
            final String name = step.inputs().get(input);
            final String part = "torch.narrow(%s, 1, %d, %d)".formatted(kernel(step, weights.apply(step.weight())), first, step.channels().get(input));
            final String target = "torch.narrow(%s, 1, %d, %d)".formatted(kernel(step, slope(step.weight())), first, step.channels().get(input));
            if (step.isAlongDepth()) {
                writeAlongDepth(step, input, part, target, transforms, known);
            } else {
                line("both = (self).direct_back(%s, %s, %s, %s, %s, %s, )".formatted(inside(name, step.from()), inside(slopes, step.level()), part, step.stride(), step.padding(),
                        name.equals(SliceStep.INPUT) ? "False" : "True"));
                line("_ = torch.add_(%s, both[0])".formatted(target));
                if (!name.equals(SliceStep.INPUT)) {
                    addMap(name, step.from(), "both[1]", known);
                }
            }

            first += step.channels().get(input);
        }
    }

    private void writeAlongDepth(final SliceStep.Convolution step, final int input, final String part, final String target, final String transforms, final Set<String> known) {
        final String name = step.inputs().get(input);
        final String padding = step.padding().subList(1, SliceStep.ONES.size()).toString();
        line("_ = torch.add_(%s, (self).depth_kernel_slopes(%s, g_%s, %s, %s, %s, ))".formatted(target, name, step.result(), transforms, padding, part));
        if (!name.equals(SliceStep.INPUT)) {
            final String turned = "torch.contiguous(torch.transpose(torch.flip(%s, [2, 3, 4]), 0, 1))".formatted(parts(step).get(input));
            final String kernels = backward.several("(self).depth_kernels(%s, %s, )".formatted(turned, padding), WinogradDepthText.KERNELS);
            line("n = (self).buffer(d%d, torch.size(%s, 1), torch.size(%s, 2), %d, )".formatted(step.from(), name, name, step.channels().get(input)));
            line("_ = (self).depth_convolution([g_%s], d%d, %s, %s, %s, n, )".formatted(step.result(), step.from(), kernels, transforms, padding));
            if (known.add(name)) {
                line("g_%s = n".formatted(name));
            } else {
                line("_ = torch.add_(g_%s, n)".formatted(name));
            }
        }
    }

    private void writeBackward(final SliceStep.Enlargement step, final Set<String> known) {
        final String name = step.input();
        line("n = (self).buffer(d%d, torch.size(%s, 1), torch.size(%s, 2), %d, )".formatted(step.level() + 1, name, name, step.inputs()));
        line("both = (self).enlarge_back(%s, %s, %s, %s, %s, )".formatted(inside(name, step.level() + 1), inside("g_" + step.result(), step.level()), backward.one(columns(step)), step.stride(),
                inside("n", step.level() + 1)));
        final String weight = slope(step.name() + ".weight");
        line("_ = torch.add_(torch.movedim(%s, 1, -1), torch.view(both[0], torch.size(torch.movedim(%s, 1, -1))))".formatted(weight, weight));
        addSlope(step.name() + ".bias", "both[1]");
        line("g_%s = n".formatted(name));
        known.add(name);
    }

    private void writeBackward(final SliceStep.Head step, final Set<String> known) {
        line("three = (self).head_back(%s, torch.view(logit_slopes[%d][i], [%d, -1]), %s, )".formatted(inside(step.input(), step.level()), step.output(), topology.outputChannels(),
                backward.one(matrix(step))));
        line("_ = torch.add_(%1$s, torch.view(three[0], torch.size(%1$s)))".formatted(slope(step.name() + ".weight")));
        addSlope(step.name() + ".bias", "three[1]");
        addMap(step.input(), step.level(), "three[2]", known);
    }

    /** Adds a map to the gradient of another; the first one makes its buffer. */
    private void addMap(final String name, final int level, final String map, final Set<String> known) {
        if (known.add(name)) {
            line("g_%s = (self).buffer(d%d, torch.size(%s, 1), torch.size(%s, 2), torch.size(%s, 3), )".formatted(name, level, name, name, name));
            line("_ = torch.copy_(%s, %s)".formatted(inside("g_" + name, level), map));
        } else {
            line("_ = torch.add_(%s, %s)".formatted(inside("g_" + name, level), map));
        }
    }

    private void addSlope(final String weight, final String value) {
        line("_ = torch.add_(%s, %s)".formatted(slope(weight), value));
    }

    private String slope(final String weight) {
        return weights.apply(weight).replace("weights", "slopes");
    }

    private void line(final String statement) {
        text.append("  ").append(statement).append('\n');
    }
}
