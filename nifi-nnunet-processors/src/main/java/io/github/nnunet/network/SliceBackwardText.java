/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * The way back through layers on feature maps [z][y][x][channel], by hand. Of each convolution only the activated result is kept: the
 * activation is undone, and the normalization's gradient is written in terms of its result. That needs a slope above 0 and scales
 * away from 0.
 */
final class SliceBackwardText {

    /** Floats of a block that stays in the processor's cache. */
    private static final int BLOCK = 1 << 17;
    /** Floats of both transformed maps of a group of tiles. */
    private static final int GROUP = 1 << 20;

    private SliceBackwardText() {
    }

    /**
     * <ul>
     * <li>{@code depth_step(buffers, depth, kernels, transforms, padding, norm)} and {@code direct_step(maps, kernels, stride, padding, norm)}: layers
     * that return their buffer and the factors of the normalization</li>
     * <li>{@code normalize_back(slopes, map, factors, weight, bias)}: turns the gradient of an activated map into that of the convolution's result,
     * in place; returns the gradients of weight and bias [2][channel]</li>
     * <li>{@code depth_kernel_slopes(buffer, slopes, depth, transforms, padding, like)}: the gradient of a kernel of depth 3, from the buffers
     * of input and of the result's gradient</li>
     * <li>{@code direct_back(map, slopes, kernel, stride, padding, wanted)}: the gradients of a convolution's input, if wanted, and kernel</li>
     * <li>{@code enlarge_back(map, slopes, columns, stride, out)}: writes the gradient of the coarser map; returns those of columns and bias</li>
     * <li>{@code head_back(map, slopes, weight)}: the gradients of map, weight and bias</li>
     * </ul>
     */
    static String methods(final UNetTopology topology) {
        return steps() + normalization(topology) + depthKernels() + direct() + enlargement() + head();
    }

    private static String steps() {
        return """
                def depth_step(%1$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], norm: List[Tensor]) -> List[Tensor]:
                  height = torch.size(buffers[0], 1)
                  width = torch.size(buffers[0], 2)
                  out = (self).buffer(depth, height, width, torch.size(norm[0], 0), )
                  sums = (self).depth_convolution(buffers, depth, kernels, transforms, padding, out, )
                  map = (self).inside(out, depth, )
                  factors = (self).factors(sums, torch.mul(depth, torch.mul(height, width)), norm[0], norm[1], )
                  (self).normalize(map, factors, annotate(List[Tensor], []), map, )
                  return [out, factors]
                def direct_step(%1$s, maps: List[Tensor], kernels: List[Tensor], stride: List[int], padding: List[int], norm: List[Tensor]) -> List[Tensor]:
                  map = (self).convolution(maps, kernels, stride, padding, )
                  out = (self).buffer(torch.size(map, 0), torch.size(map, 1), torch.size(map, 2), torch.size(map, 3), )
                  factors = (self).measured(map, norm, )
                  (self).normalize(map, factors, annotate(List[Tensor], []), (self).inside(out, torch.size(map, 0), ), )
                  return [out, factors]
                """.formatted(ScriptModule.SELF);
    }

    /**
     * With z the normalized values, dz their gradient, x = (z - bias) / weight and s = scale / weight: the gradient of the convolution's
     * result is s (weight dz - mean(weight dz) - x mean(x weight dz)), means taken over the group.
     */
    private static String normalization(final UNetTopology topology) {
        final String groups = topology.normalization() == Normalization.INSTANCE ? "torch.size(weight, 0)" : "(self).groups(torch.size(weight, 0), )";
        return """
                def normalize_back(%1$s, slopes: Tensor, map: Tensor, factors: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                  channels = torch.size(map, 3)
                  width = torch.mul(torch.size(map, 2), channels)
                  values = torch.view(map, [-1, width])
                  lines = torch.view(slopes, [-1, width])
                  count = torch.size(lines, 0)
                  block = ops.prim.min(ops.prim.max(torch.floordiv(%2$d, width), 1), count)
                  ones = torch.ones([1, block], dtype=6)
                  space = torch.empty([block, width], dtype=6)
                  sums = torch.zeros([2, channels], dtype=7)
                  for i in range(torch.floordiv(torch.sub(torch.add(count, block), 1), block)):
                    start = torch.mul(i, block)
                    height = ops.prim.min(block, torch.sub(count, start))
                    weights = torch.narrow(ones, 1, 0, height)
                    line = torch.narrow(lines, 0, start, height)
                    value = torch.narrow(values, 0, start, height)
                    z = torch.narrow(space, 0, 0, height)
                    _0 = torch.leaky_relu_backward(line, value, %3$s, True, grad_input=line)
                    _1 = torch.leaky_relu(value, %4$s, out=z)
                    both = torch.cat([torch.mm(weights, line), torch.mm(weights, torch.mul_(z, line))], 0)
                    _2 = torch.add_(sums, torch.sum(torch.view(both, [2, -1, channels]), [1], False, dtype=7))
                  gamma = torch.to(weight, 7)
                  beta = torch.to(bias, 7)
                  scale = torch.div(torch.to(factors[0], 7), gamma)
                  weight_slope = torch.div(torch.sub(sums[1], torch.mul(beta, sums[0])), gamma)
                  voxels = torch.floordiv(torch.numel(map), channels)
                  both = torch.view(torch.div(torch.stack([torch.mul(gamma, sums[0]), torch.mul(gamma, weight_slope)], 0), voxels), [2, %5$s, -1])
                  means = torch.view(torch.add(torch.mul(both, 0.), torch.mean(both, [2], True)), [2, -1])
                  slant = torch.neg(torch.div(torch.mul(scale, means[1]), gamma))
                  shift = torch.neg(torch.add(torch.mul(scale, means[0]), torch.mul(slant, beta)))
                  scale_line = torch.repeat(factors[0], [torch.size(map, 2)])
                  slant_line = torch.repeat(torch.to(slant, 6), [torch.size(map, 2)])
                  shift_line = torch.repeat(torch.to(shift, 6), [torch.size(map, 2)])
                  for i in range(torch.floordiv(torch.sub(torch.add(count, block), 1), block)):
                    start = torch.mul(i, block)
                    height = ops.prim.min(block, torch.sub(count, start))
                    line = torch.narrow(lines, 0, start, height)
                    z = torch.narrow(space, 0, 0, height)
                    _3 = torch.leaky_relu(torch.narrow(values, 0, start, height), %4$s, out=z)
                    _4 = torch.addcmul(shift_line, line, scale_line, value=1, out=line)
                    _5 = torch.addcmul_(line, z, slant_line, value=1)
                  return torch.to(torch.stack([weight_slope, sums[0]], 0), 6)
                """.formatted(ScriptModule.SELF, BLOCK, topology.negativeSlope(), 1 / topology.negativeSlope(), groups);
    }

    /** The transposed transforms of {@link WinogradDepthText}: of four slices of the result's gradient to six, and of six kernels to three. */
    private static String depthKernels() {
        return """
                def depth_kernel_slopes(%1$s, buffer: Tensor, slopes: Tensor, transforms: List[Tensor], padding: List[int], like: Tensor) -> Tensor:
                  height = torch.size(buffer, 1)
                  width = torch.size(buffer, 2)
                  ins = torch.size(buffer, 3)
                  outs = torch.size(slopes, 3)
                  tiles = torch.floordiv(torch.sub(torch.size(buffer, 0), 2), 4)
                  group = torch.floordiv(%2$d, torch.mul(torch.mul(height, width), torch.add(ins, outs)))
                  group = ops.prim.min(ops.prim.max(group, 1), tiles)
                  inputs = torch.empty([6, group, height, width, ins], dtype=6)
                  results = torch.empty([6, group, height, width, outs], dtype=6)
                  source = torch.view(buffer, [torch.size(buffer, 0), -1])
                  target = torch.view(slopes, [torch.size(slopes, 0), -1])
                  back = torch.t(transforms[1])
                  example = torch.select(like, 2, 0)
                  totals = torch.zeros([6, outs, ins, torch.size(like, 3), torch.size(like, 4)], dtype=6)
                  for g in range(torch.floordiv(torch.sub(torch.add(tiles, group), 1), group)):
                    first = torch.mul(g, group)
                    count = ops.prim.min(group, torch.sub(tiles, first))
                    for t in range(count):
                      z = torch.mul(4, torch.add(first, t))
                      _0 = torch.mm(transforms[0], torch.narrow(source, 0, z, 6), out=torch.select(torch.view(inputs, [6, group, -1]), 1, t))
                      _1 = torch.mm(back, torch.narrow(target, 0, torch.add(z, 1), 4), out=torch.select(torch.view(results, [6, group, -1]), 1, t))
                    for u in range(6):
                      x = torch.permute(torch.narrow(inputs[u], 0, 0, count), [0, 3, 1, 2])
                      y = torch.permute(torch.narrow(results[u], 0, 0, count), [0, 3, 1, 2])
                      _2, slope, _3 = torch.convolution_backward(y, x, example, None, [1, 1], padding, [1, 1], False, [0, 0], 1, [False, True, False])
                      _4 = torch.add_(totals[u], slope)
                  taps = torch.view(torch.mm(torch.t(transforms[2]), torch.view(totals, [6, -1])), [3, outs, ins, torch.size(like, 3), torch.size(like, 4)])
                  return torch.permute(taps, [1, 2, 0, 3, 4])
                """.formatted(ScriptModule.SELF, GROUP);
    }

    private static String direct() {
        return """
                def direct_back(%1$s, map: Tensor, slopes: Tensor, kernel: Tensor, stride: List[int], padding: List[int], wanted: bool) -> List[Tensor]:
                  x = torch.unsqueeze(torch.permute(map, [3, 0, 1, 2]), 0)
                  y = torch.unsqueeze(torch.permute(slopes, [3, 0, 1, 2]), 0)
                  map_slope, kernel_slope, _0 = torch.convolution_backward(y, x, kernel, None, stride, padding, [1, 1, 1], False, [0, 0, 0], 1, [wanted, True, False])
                  if wanted:
                    results = [kernel_slope, torch.permute(torch.squeeze(map_slope, 0), [1, 2, 3, 0])]
                  else:
                    results = [kernel_slope]
                  return results
                """.formatted(ScriptModule.SELF);
    }

    private static String enlargement() {
        return """
                def enlarge_back(%1$s, map: Tensor, slopes: Tensor, columns: Tensor, stride: List[int], out: Tensor) -> List[Tensor]:
                  depth = torch.size(map, 0)
                  height = torch.size(map, 1)
                  width = torch.size(map, 2)
                  ins = torch.size(map, 3)
                  fine = torch.view(slopes, [depth, stride[0], height, stride[1], width, stride[2], -1])
                  block = ops.prim.min(ops.prim.max(torch.floordiv(%2$d, torch.mul(torch.mul(height, width), torch.size(columns, 1))), 1), depth)
                  columns_slope = torch.zeros_like(columns)
                  bias_slope = torch.zeros([torch.size(slopes, 3)], dtype=6)
                  for i in range(torch.floordiv(torch.sub(torch.add(depth, block), 1), block)):
                    start = torch.mul(i, block)
                    count = ops.prim.min(block, torch.sub(depth, start))
                    coarse = torch.reshape(torch.permute(torch.narrow(fine, 0, start, count), [0, 2, 4, 1, 3, 5, 6]), [-1, torch.size(columns, 1)])
                    rows = torch.reshape(torch.narrow(map, 0, start, count), [-1, ins])
                    _0 = torch.addmm(columns_slope, torch.t(rows), coarse, beta=1, alpha=1, out=columns_slope)
                    ones = torch.ones([1, torch.size(rows, 0)], dtype=6)
                    _1 = torch.add_(bias_slope, torch.sum(torch.view(torch.mm(ones, coarse), [-1, torch.size(slopes, 3)]), [0]))
                    _2 = torch.mm(coarse, torch.t(columns), out=torch.view(torch.narrow(out, 0, start, count), [-1, ins]))
                  return [columns_slope, bias_slope]
                """.formatted(ScriptModule.SELF, 4 * BLOCK);
    }

    private static String head() {
        return """
                def head_back(%1$s, map: Tensor, slopes: Tensor, weight: Tensor) -> List[Tensor]:
                  rows = torch.reshape(map, [-1, torch.size(map, 3)])
                  return [torch.mm(slopes, rows), torch.sum(slopes, [1]), torch.view(torch.mm(torch.t(slopes), weight), torch.size(map))]
                """.formatted(ScriptModule.SELF);
    }
}
