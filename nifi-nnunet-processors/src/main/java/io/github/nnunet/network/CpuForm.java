/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A U-Net in {@link CpuOperators}, and its transposed convolutions as matrix products written straight into the
 * decoder's input.
 *
 * @param topology its layers
 */
public record CpuForm(UNetTopology topology) implements NetworkForm {

    @Override
    public String methods() {
        final WeightIndex weights = new WeightIndex(topology);
        return prepare(weights) + upsampling()
                + UNetText.logits(topology, "def forward(%s, weights: List[Tensor], x: Tensor) -> Tensor:".formatted(ScriptModule.SELF), new Operators(topology, weights));
    }

    /** Transposed convolutions' kernels [in][out][z][y][x] become matrices [out z y x][in]. */
    private String prepare(final WeightIndex weights) {
        final List<String> prepared = new ArrayList<>();
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            final String weight = weights.apply(slot.name());
            prepared.add(slot.name().endsWith(".transp_conv.conv.weight") ? "torch.contiguous(torch.t(torch.reshape(%s, [%d, -1])))".formatted(weight, slot.shape()[0]) : weight);
        }

        return "def prepare(%s, weights: List[Tensor]) -> List[Tensor]:\n  return [%s]\n".formatted(ScriptModule.SELF, String.join(", ", prepared));
    }

    /**
     * One matrix product gives every voxel of the coarse map its block of fine voxels; adding the bias moves them to their
     * places in the buffer, which is seen with each fine axis split into coarse position and position in the block.
     */
    private String upsampling() {
        final int dimensions = topology.dimensions();
        final String sizes = IntStream.range(0, dimensions).mapToObj("torch.size(x, 2 + %d)"::formatted).collect(Collectors.joining(", "));
        final String fine = IntStream.range(0, dimensions).mapToObj("torch.size(skip, 2 + %d)"::formatted).collect(Collectors.joining(", "));
        final String steps = IntStream.range(0, dimensions).mapToObj("stride[%d]"::formatted).collect(Collectors.joining(", "));
        final String split = IntStream.range(0, dimensions).mapToObj(axis -> "torch.size(x, 2 + %d), stride[%d]".formatted(axis, axis)).collect(Collectors.joining(", "));
        final String interleaved = IntStream.range(0, dimensions).mapToObj(axis -> "%d, %d".formatted(2 + dimensions + axis, 2 + axis)).collect(Collectors.joining(", "));
        final String ones = IntStream.range(0, 2 * dimensions).mapToObj(axis -> "1").collect(Collectors.joining(", "));
        return """
                def upsampled(%s, x: Tensor, skip: Tensor, weight: Tensor, bias: Tensor, stride: List[int], channels: int) -> Tensor:
                  n = torch.size(x, 0)
                  both = torch.empty([n, torch.add(channels, torch.size(skip, 1)), %s], dtype=6)
                  blocks = torch.matmul(weight, torch.reshape(x, [n, torch.size(x, 1), -1]))
                  blocks = torch.permute(torch.view(blocks, [n, channels, %s, %s]), [0, 1, %s])
                  place = torch.view(torch.narrow(both, 1, 0, channels), [n, channels, %s])
                  _0 = torch.add(blocks, torch.view(bias, [1, channels, %s]), alpha=1, out=place)
                  _1 = torch.copy_(torch.narrow(both, 1, channels, torch.size(skip, 1)), skip)
                  return both
                """.formatted(ScriptModule.SELF, fine, steps, sizes, interleaved, split, ones);
    }

    private static final class Operators extends CpuOperators {

        Operators(final UNetTopology topology, final WeightIndex weights) {
            super(topology, weights, false);
        }

        @Override
        public String upsampledWithSkip(final String x, final String skip, final String name, final List<Integer> stride, final int channels) {
            return "(self).upsampled(%s, %s, %s, %s, %s, %d, )".formatted(x, skip, weight(name + ".weight"), weight(name + ".bias"), stride, channels);
        }
    }
}
