/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the forward and the backward pass of one sample:
 * <ul>
 * <li>{@code reserve}, {@code kept} and {@code spare}: see {@link SliceBuffers}</li>
 * <li>{@code sample(weights, x, kept, spare, logits, i)}: writes the logits of sample i; returns the factors of the normalizations,
 * which the way back needs with the kept buffers</li>
 * <li>{@code sample_back(weights, kept, spare, factors, logit_slopes, i, turn, slopes, depth)}: adds the gradients of the parameters to
 * {@code slopes}, or in turn 0 sets them</li>
 * <li>{@code new_slopes(weights, kept, depth)}: places for gradients, of a sample that is the first to be added to them; some lie where a map
 * was kept that is read no more when they are known</li>
 * </ul>
 * A map m has its buffer in the variable m, and its gradient's buffer in g_m. Maps that cost little are not kept but made again: those of
 * the transposed convolutions, and that of the first layer if the input has few channels.
 */
final class SliceTrainingText {

    /**
     * Channels of an input up to which the first layer is made again on the way back. With fewer, its direct form is the faster one, as
     * measured with 40x56x40 voxels and 32 filters: 0.67 times Winograd's with one channel, the same with four.
     */
    private static final int FEW_CHANNELS = 4;

    private final UNetTopology topology;
    private final List<SliceStep> steps;
    private final WeightIndex weights;
    private final SliceBuffers buffers;
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, Integer> factors = new HashMap<>();
    private final List<Integer> housed = new ArrayList<>();
    private Optional<String> house = Optional.empty();
    private final StringBuilder text = new StringBuilder();

    /** @param steps those of the network */
    SliceTrainingText(final UNetTopology topology, final List<SliceStep> steps) {
        this.topology = topology;
        this.steps = steps;
        weights = new WeightIndex(topology);
        buffers = new SliceBuffers(topology);
        writeForward();
        writeBackward();
    }

    String methods() {
        return buffers.methods() + text + newSlopes();
    }

    private void writeForward() {
        text.append("def sample(%s, weights: List[Tensor], x: Tensor, kept: List[Tensor], spare: List[Tensor], logits: List[Tensor], i: int) -> List[Tensor]:\n"
                .formatted(ScriptModule.SELF));
        line("transforms = (self).depth_transforms()");
        text.append(SliceBuffers.sizes(topology, List.of("torch.size(x, 1)"), "d"));
        place(SliceStep.INPUT, buffers.keep(0, topology.inputChannels()));
        line("_0 = torch.copy_((self).inside(x0, d0, ), torch.permute(x, [1, 2, 3, 0]))");
        for (final SliceStep step : steps) {
            switch (step) {
                case SliceStep.Convolution convolution -> writeForward(convolution);
                case SliceStep.Enlargement enlargement -> {
                    place(enlargement.result(), buffers.take(enlargement.level()));
                    writeEnlarged(enlargement);
                }
                case SliceStep.Head head -> writeForward(head);
            }
        }

        line("return [%s]".formatted(String.join(", ", IntStream.range(0, factors.size()).mapToObj("f%d"::formatted).toList())));
    }

    private void place(final String map, final String buffer) {
        places.put(map, buffer);
        line("%s = %s".formatted(map, buffer));
    }

    private void release(final int level, final String map) {
        buffers.release(level, places.remove(map));
    }

    private void writeForward(final SliceStep.Convolution step) {
        place(step.result(), isFleeting(step) ? buffers.take(step.level()) : buffers.keep(step.level(), step.outputs()));
        final int number = factors.size();
        factors.put(step.result(), number);
        line("f%d = (self).forth(%s, %s, transforms, %s, %s, %s, d%d, )".formatted(number, inputs(step), kernels(step), geometry(step), norm(step), step.result(), step.level()));
        step.inputs().stream().filter(input -> isFleeting(maker(input))).forEach(input -> release(step.from(), input));
    }

    private static String inputs(final SliceStep.Convolution step) {
        return "[%s], d%d".formatted(String.join(", ", step.inputs()), step.from());
    }

    private static String geometry(final SliceStep.Convolution step) {
        return "%s, %s".formatted(step.stride(), step.padding());
    }

    private String norm(final SliceStep.Convolution step) {
        return "[%s, %s]".formatted(weights.apply(step.norm() + ".weight"), weights.apply(step.norm() + ".bias"));
    }

    private String kernels(final SliceStep.Convolution step) {
        final boolean isTransformed = step.isAlongDepth() && step.channels().getFirst() >= FEW_CHANNELS;
        return "(self).kernels([%s], %s, (self).voxels(%s, d%d, ), %s, )"
                .formatted(String.join(", ", parts(step)), isTransformed ? "True" : "False", step.result(), step.level(), geometry(step));
    }

    /** @return the step that makes a map; of the network's input, none */
    private SliceStep maker(final String map) {
        return steps.stream().filter(step -> switch (step) {
            case SliceStep.Convolution convolution -> convolution.result().equals(map);
            case SliceStep.Enlargement enlargement -> enlargement.result().equals(map);
            case SliceStep.Head head -> false;
        }).findFirst().orElse(null);
    }

    /** Whether what a step makes is not kept for the way back. */
    private boolean isFleeting(final SliceStep step) {
        return step instanceof SliceStep.Enlargement
                || step instanceof final SliceStep.Convolution convolution && convolution.inputs().contains(SliceStep.INPUT) && topology.inputChannels() <= FEW_CHANNELS;
    }

    private void writeEnlarged(final SliceStep.Enlargement step) {
        line("(self).enlarge(%s, %s, %s, %s, %s, )".formatted(inside(step.input(), step.level() + 1), columns(step), weights.apply(step.name() + ".bias"), step.stride(),
                inside(step.result(), step.level())));
    }

    /** The kernel [in][out][z][y][x] as [in][z y x out]. */
    private String columns(final SliceStep.Enlargement step) {
        return "torch.reshape(torch.movedim(%s, 1, -1), [%d, -1])".formatted(weights.apply(step.name() + ".weight"), step.inputs());
    }

    private void writeForward(final SliceStep.Head step) {
        line("rows = torch.reshape(%s, [-1, %d])".formatted(inside(step.input(), step.level()), step.inputs()));
        line("_1 = torch.addmm(torch.reshape(%s, [-1, 1]), %s, torch.t(rows), beta=1, alpha=1, out=torch.view(logits[%d][i], [%d, -1]))".formatted(
                weights.apply(step.name() + ".bias"), matrix(step), step.output(), topology.outputChannels()));
    }

    private String matrix(final SliceStep.Head step) {
        return "torch.reshape(%s, [%d, -1])".formatted(weights.apply(step.name() + ".weight"), topology.outputChannels());
    }

    private static String inside(final String buffer, final int level) {
        return "(self).inside(%s, d%d, )".formatted(buffer, level);
    }

    /** A kernel [out][in][z][y][x], split into those of the inputs. */
    private List<String> parts(final SliceStep.Convolution step) {
        final List<String> parts = new ArrayList<>();
        int first = 0;
        for (final int width : step.channels()) {
            parts.add("torch.contiguous(torch.narrow(%s, 1, %d, %d))".formatted(kernel(step), first, width));
            first += width;
        }

        return parts;
    }

    private String kernel(final SliceStep.Convolution step) {
        final String weight = weights.apply(step.weight());
        return topology.dimensions() == 2 ? "torch.unsqueeze(%s, 3)".formatted(weight) : weight;
    }

    private void writeBackward() {
        text.append(("def sample_back(%s, weights: List[Tensor], kept: List[Tensor], spare: List[Tensor], factors: List[Tensor], "
                + "logit_slopes: List[Tensor], i: int, turn: int, slopes: List[Tensor], depth: int) -> NoneType:\n").formatted(ScriptModule.SELF));
        line("transforms = (self).depth_transforms()");
        text.append(SliceBuffers.sizes(topology, List.of("depth"), "d"));
        places.forEach((map, buffer) -> line("%s = %s".formatted(map, buffer)));
        for (final SliceStep step : steps.reversed()) {
            switch (step) {
                case SliceStep.Convolution convolution -> writeBackward(convolution);
                case SliceStep.Enlargement enlargement -> writeBackward(enlargement);
                case SliceStep.Head head -> writeBackward(head);
            }
        }

        line("return None");
    }

    private void writeBackward(final SliceStep.Convolution step) {
        final String slopes = "g_" + step.result();
        line("norm = (self).normalize_back(%s, %s, factors[%d], %s, %s, )".formatted(inside(slopes, step.level()), inside(step.result(), step.level()), factors.get(step.result()),
                weights.apply(step.norm() + ".weight"), weights.apply(step.norm() + ".bias")));
        gain(step.norm() + ".weight", "norm[0]");
        gain(step.norm() + ".bias", "norm[1]");
        release(step.level(), step.result());
        writeKernelSlopes(step);
        for (int input = 0; input < step.inputs().size(); input++) {
            if (!step.inputs().get(input).equals(SliceStep.INPUT)) {
                writeMapSlopes(step, input);
            }
        }

        release(step.level(), slopes);
    }

    private void writeKernelSlopes(final SliceStep.Convolution step) {
        final String gradient = gradient(step.weight());
        final String whole = topology.dimensions() == 2 ? "torch.unsqueeze(%s, 3)".formatted(gradient) : gradient;
        int first = 0;
        for (int input = 0; input < step.inputs().size(); input++) {
            final String name = step.inputs().get(input);
            final int width = step.channels().get(input);
            writeAgain(name);
            line("(self).kernel_slopes(%s, d%d, g_%s, d%d, transforms, %s, torch.narrow(%s, 1, %d, %d), turn, )"
                    .formatted(name, step.from(), step.result(), step.level(), geometry(step), whole, first, width));
            first += width;
            if (maker(name) instanceof SliceStep.Enlargement) {
                release(step.from(), name);
            }
        }
    }

    /** Makes a map again that was not kept. */
    private void writeAgain(final String map) {
        switch (maker(map)) {
            case final SliceStep.Convolution convolution when isFleeting(convolution) -> {
                place(map, buffers.take(convolution.level()));
                line("(self).again(%s, %s, transforms, %s, factors[%d], %s, d%d, )".formatted(inputs(convolution), kernels(convolution), geometry(convolution), factors.get(map), map,
                        convolution.level()));
            }
            case final SliceStep.Enlargement enlargement -> {
                place(map, buffers.take(enlargement.level()));
                writeEnlarged(enlargement);
            }
            case null, default -> {
            }
        }
    }

    private void writeMapSlopes(final SliceStep.Convolution step, final int input) {
        final String name = step.inputs().get(input);
        final String part = parts(step).get(input);
        if (step.isAlongDepth()) {
            final boolean isFirst = !places.containsKey("g_" + name);
            final String target = isFirst ? "g_" + name : "n";
            place(target, buffers.take(step.from()));
            line("(self).convolve_back(g_%s, d%d, %s, transforms, %s, %s, )".formatted(step.result(), step.level(), part, step.padding(), target));
            if (!isFirst) {
                line("_ = torch.add_(g_%s, n)".formatted(name));
                release(step.from(), "n");
            }
        } else {
            if (!places.containsKey("g_" + name)) {
                place("g_" + name, buffers.take(step.from()));
                line("_ = torch.zero_(%s)".formatted(inside("g_" + name, step.from())));
            }

            line("(self).direct_back(%s, %s, %s, %s, )".formatted(inside("g_" + step.result(), step.level()), part, geometry(step), inside("g_" + name, step.from())));
        }
    }

    /** Gives the gradient of a map a buffer, unless it has one already. */
    private void writeTarget(final String map, final int level) {
        if (!places.containsKey("g_" + map)) {
            place("g_" + map, buffers.take(level));
        }
    }

    private void writeBackward(final SliceStep.Enlargement step) {
        final String name = step.input();
        writeTarget(name, step.level() + 1);
        line("both = (self).enlarge_back(%s, %s, %s, %s, %s, )".formatted(inside(name, step.level() + 1), inside("g_" + step.result(), step.level()), columns(step), step.stride(),
                inside("g_" + name, step.level() + 1)));
        release(step.level(), "g_" + step.result());
        if (step.level() == 0) {
            house = buffers.withdraw(0);
        }

        gain(step.name() + ".weight", "torch.movedim(torch.view(both[0], torch.size(torch.movedim(%s, 1, -1))), -1, 1)".formatted(weights.apply(step.name() + ".weight")));
        gain(step.name() + ".bias", "both[1]");
    }

    private void writeBackward(final SliceStep.Head step) {
        final boolean isFirst = !places.containsKey("g_" + step.input());
        writeTarget(step.input(), step.level());
        line("both = (self).head_back(%s, torch.view(logit_slopes[%d][i], [%d, -1]), %s, %s, %s, )".formatted(inside(step.input(), step.level()), step.output(),
                topology.outputChannels(), matrix(step), inside("g_" + step.input(), step.level()), isFirst ? "0" : "1"));
        gain(step.name() + ".weight", "torch.view(both[0], torch.size(%s))".formatted(weights.apply(step.name() + ".weight")));
        gain(step.name() + ".bias", "both[1]");
    }

    /** Gradients lie one after the other, each from a multiple of 64 bytes on, as libtorch has its tensors, for as long as there is room. */
    private String newSlopes() {
        final String places = house.isEmpty() ? "torch.empty([0], dtype=6)" : "torch.view((self).inside(%s, depth, ), [-1])".formatted(house.get());
        final String isHoused = IntStream.range(0, WeightLayout.parameters(topology)).mapToObj(i -> housed.contains(i) ? "True" : "False").collect(Collectors.joining(", "));
        return """
                def new_slopes(%1$s, weights: List[Tensor], kept: List[Tensor], depth: int) -> List[Tensor]:
                  places = %2$s
                  is_housed = [%3$s]
                  first = 0
                  slopes = annotate(List[Tensor], [])
                  for i in range(torch.len(is_housed)):
                    count = torch.numel(weights[i])
                    if torch.__and__(is_housed[i], torch.le(torch.add(first, count), torch.numel(places))):
                      _0 = torch.append(slopes, torch.view(torch.narrow(places, 0, first, count), torch.size(weights[i])))
                      first = torch.mul(torch.floordiv(torch.add(torch.add(first, count), 15), 16), 16)
                    else:
                      _1 = torch.append(slopes, torch.empty_like(weights[i]))
                  return slopes
                """.formatted(ScriptModule.SELF, places, isHoused);
    }

    private void gain(final String weight, final String value) {
        line("(self).gain(%s, %s, turn, )".formatted(gradient(weight), value));
    }

    private String gradient(final String weight) {
        if (house.isPresent()) {
            housed.add(weights.position(weight));
        }

        return "slopes[%d]".formatted(weights.position(weight));
    }

    private void line(final String statement) {
        text.append("  ").append(statement).append('\n');
    }
}
