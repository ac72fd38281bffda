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
    /** Floats of a slice of both transformed maps, times the tiles of a group. */
    private static final int GROUP = 1 << 18;
    /** Floats of a matrix of what a slice of a kernel is multiplied by. */
    private static final int COLUMNS = 1 << 18;
    /**
     * Channels of a map below which the gradients of Winograd's kernels are convolutions of oneDNN's. Measured with 40x56x40 voxels and 32
     * filters: with 1, 4 and 8 channels the products take 4.5, 2 and 1.5 times as long, with 16 as long, with 32 and more 0.6 to 0.75 times.
     */
    private static final int FEW_CHANNELS = 16;

    /** Weights of the channels that a direct convolution goes back through at once, for less memory. */
    private static final int WEIGHTS = 1 << 19;
    /** Floats of the map whose gradient a direct convolution makes at once: less memory, and no slower. */
    private static final int REGION = 1 << 20;

    /**
     * Voxels of a map from which on Winograd's form is worth the transformation of its kernels. Measured on one core with AVX2, with 64 to
     * 256 channels: at 288 voxels it takes 1.2 to 1.9 times as long as the direct form, at 512 1.0 to 1.5 times, at 800 1.0 to 1.3 times, at
     * 1,700 0.7 to 0.9 times.
     */
    private static final int SMALL_MAP = 800;
    /**
     * The same on the way back, for gradients of maps and of kernels: at 140 voxels 1.0 to 1.3 times as long, at 288 0.8 to 1.0 times, at 512
     * 0.6 to 0.8 times.
     */
    private static final int SMALL_SLOPES = 280;

    private SliceBackwardText() {
    }

    /**
     * <ul>
     * <li>{@code kernels(parts, is_along, voxels, stride, padding)}: kernels in Winograd's form, or for a direct convolution if they do not lie
     * along the depth or the map is small</li>
     * <li>{@code turned(kernel)}: the kernel that makes the gradient of the input of a layer with stride 1</li>
     * <li>{@code forth(buffers, from, kernels, transforms, stride, padding, norm, out, depth)}: a layer, from buffers of maps of a depth to one
     * of another; returns the factors of the normalization</li>
     * <li>{@code again(buffers, from, kernels, transforms, stride, padding, factors, out, depth)}: the same when the factors are known</li>
     * <li>{@code normalize_back(slopes, map, factors, weight, bias)}: turns the gradient of an activated map into that of the convolution's result,
     * in place; returns the gradients of weight and bias [2][channel]</li>
     * <li>{@code kernel_slopes(buffer, from, slopes, depth, transforms, stride, padding, out, turn)}: the gradient of a kernel as a gain of {@code out},
     * from the buffers of input and of the result's gradient</li>
     * <li>{@code convolve_back(slopes, depth, kernel, transforms, padding, out)}: the gradient of the input of a layer along the depth</li>
     * <li>{@code direct_back(slopes, kernel, stride, padding, out)}: adds the same of any layer to {@code out}</li>
     * <li>{@code enlarge_back(map, slopes, columns, stride, out)}: writes the gradient of the coarser map; returns those of columns and bias</li>
     * <li>{@code head_back(map, slopes, weight, out, share)}: writes the gradient of the map, plus a share of what is there; returns those of
     * weight and bias</li>
     * <li>{@code gain(slopes, value, turn)}: sets a gradient in turn 0, adds to it in the others</li>
     * </ul>
     */
    static String methods(final UNetTopology topology) {
        return steps() + normalization(topology) + kernelSlopes() + directKernels() + depthKernels() + direct() + enlargement() + head();
    }

    private static String steps() {
        return """
                def voxels(%1$s, buffer: Tensor, depth: int) -> int:
                  return torch.mul(depth, torch.mul(torch.size(buffer, 1), torch.size(buffer, 2)))
                def kernels(%1$s, parts: List[Tensor], is_along: bool, voxels: int, stride: List[int], padding: List[int]) -> List[Tensor]:
                  kernels = annotate(List[Tensor], [])
                  for i in range(torch.len(parts)):
                    if torch.__and__(is_along, torch.ge(voxels, %2$d)):
                      torch.extend(kernels, (self).depth_kernels(parts[i], torch.slice(padding, 1, None, 1), ))
                    else:
                      _0 = torch.append(kernels, (self).packed(parts[i], stride, padding, ))
                  return kernels
                def turned(%1$s, kernel: Tensor) -> Tensor:
                  return torch.contiguous(torch.transpose(torch.flip(kernel, [2, 3, 4]), 0, 1))
                def forth(%1$s, buffers: List[Tensor], from: int, kernels: List[Tensor], transforms: List[Tensor], stride: List[int], padding: List[int], norm: List[Tensor], out: Tensor, depth: int) -> Tensor:
                  map = (self).inside(out, depth, )
                  if torch.eq(torch.len(kernels), torch.len(buffers)):
                    result = (self).direct(buffers, from, kernels, stride, padding, )
                    factors = (self).measured(result, norm, )
                    (self).normalize(result, factors, annotate(List[Tensor], []), map, )
                  else:
                    sums = (self).depth_convolution(buffers, depth, kernels, transforms, torch.slice(padding, 1, None, 1), out, )
                    factors = (self).factors(sums, norm[0], norm[1], )
                    (self).normalize(map, factors, annotate(List[Tensor], []), map, )
                  return factors
                def again(%1$s, buffers: List[Tensor], from: int, kernels: List[Tensor], transforms: List[Tensor], stride: List[int], padding: List[int], factors: Tensor, out: Tensor, depth: int) -> NoneType:
                  map = (self).inside(out, depth, )
                  if torch.eq(torch.len(kernels), torch.len(buffers)):
                    result = (self).direct(buffers, from, kernels, stride, padding, )
                    (self).normalize(result, factors, annotate(List[Tensor], []), map, )
                  else:
                    _0 = (self).depth_convolution(buffers, depth, kernels, transforms, torch.slice(padding, 1, None, 1), out, )
                    (self).normalize(map, factors, annotate(List[Tensor], []), map, )
                  return None
                def direct(%1$s, buffers: List[Tensor], from: int, kernels: List[Tensor], stride: List[int], padding: List[int]) -> Tensor:
                  maps = annotate(List[Tensor], [])
                  for j in range(torch.len(buffers)):
                    _0 = torch.append(maps, (self).inside(buffers[j], from, ))
                  return (self).convolution(maps, kernels, stride, padding, )
                def gain(%1$s, slopes: Tensor, value: Tensor, turn: int) -> NoneType:
                  if torch.eq(turn, 0):
                    _0 = torch.copy_(slopes, value)
                  else:
                    _1 = torch.add_(slopes, value)
                  return None
                """.formatted(ScriptModule.SELF, SMALL_MAP);
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

    private static String kernelSlopes() {
        return """
                def kernel_slopes(%1$s, buffer: Tensor, from: int, slopes: Tensor, depth: int, transforms: List[Tensor], stride: List[int], padding: List[int], out: Tensor, turn: int) -> NoneType:
                  is_along = torch.__and__(torch.eq(torch.size(out, 2), %2$d), torch.eq(stride, [1, 1, 1]))
                  if torch.__and__(is_along, torch.ge((self).voxels(slopes, depth, ), %3$d)):
                    (self).gain(out, (self).depth_kernel_slopes(buffer, slopes, transforms, torch.slice(padding, 1, None, 1), out, ), turn, )
                  else:
                    (self).direct_kernel_slopes((self).inside(buffer, from, ), (self).inside(slopes, depth, ), stride, padding, out, turn, )
                  return None
                """.formatted(ScriptModule.SELF, WinogradDepthText.KERNEL_DEPTH, SMALL_SLOPES);
    }

    /**
     * Slices of the kernel one after the other: each is the product of the result's gradient with the voxels that the slice is multiplied by,
     * taken together as the columns [y][x][in] of a matrix, blocks of slices of the result at a time.
     */
    private static String directKernels() {
        return """
                def direct_kernel_slopes(%1$s, map: Tensor, slopes: Tensor, stride: List[int], padding: List[int], out: Tensor, turn: int) -> NoneType:
                  ins = torch.size(map, 3)
                  outs = torch.size(slopes, 3)
                  width = torch.mul(torch.mul(torch.size(out, 3), torch.size(out, 4)), ins)
                  slice = torch.mul(torch.mul(torch.size(slopes, 1), torch.size(slopes, 2)), width)
                  block = ops.prim.min(ops.prim.max(torch.floordiv(%2$d, slice), 1), torch.size(slopes, 0))
                  columns = torch.zeros([block, torch.size(slopes, 1), torch.size(slopes, 2), torch.size(out, 3), torch.size(out, 4), ins], dtype=6)
                  for k in range(torch.size(out, 2)):
                    total = torch.zeros([outs, width], dtype=6)
                    begin, source, slices = (self).reached(k, stride[0], padding[0], torch.size(map, 0), torch.size(slopes, 0), )
                    for i in range(torch.floordiv(torch.sub(torch.add(slices, block), 1), block)):
                      start = torch.mul(i, block)
                      count = ops.prim.min(block, torch.sub(slices, start))
                      places = torch.narrow(columns, 0, 0, count)
                      (self).fill((self).every(map, 0, torch.add(source, torch.mul(start, stride[0])), count, stride[0], ), stride, padding, places, )
                      given = torch.reshape(torch.narrow(slopes, 0, torch.add(begin, start), count), [-1, outs])
                      _0 = torch.addmm(total, torch.t(given), torch.view(places, [-1, width]), beta=1, alpha=1, out=total)
                    slope = torch.permute(torch.view(total, [outs, torch.size(out, 3), torch.size(out, 4), ins]), [0, 3, 1, 2])
                    (self).gain(torch.select(out, 2, k), slope, turn, )
                  return None
                def fill(%1$s, map: Tensor, stride: List[int], padding: List[int], columns: Tensor) -> NoneType:
                  for k in range(torch.size(columns, 3)):
                    row, from_row, rows = (self).reached(k, stride[1], padding[1], torch.size(map, 1), torch.size(columns, 1), )
                    for j in range(torch.size(columns, 4)):
                      column, from_column, wide = (self).reached(j, stride[2], padding[2], torch.size(map, 2), torch.size(columns, 2), )
                      taken = (self).every((self).every(map, 1, from_row, rows, stride[1], ), 2, from_column, wide, stride[2], )
                      place = torch.select(torch.select(columns, 3, k), 3, j)
                      _0 = torch.copy_(torch.narrow(torch.narrow(place, 1, row, rows), 2, column, wide), taken)
                  return None
                def every(%1$s, x: Tensor, axis: int, first: int, count: int, stride: int) -> Tensor:
                  return torch.slice(x, axis, first, torch.add(first, torch.mul(stride, count)), stride)
                def reached(%1$s, k: int, stride: int, padding: int, size: int, results: int) -> Tuple[int, int, int]:
                  off = torch.sub(k, padding)
                  begin = ops.prim.max(torch.floordiv(torch.sub(torch.sub(stride, 1), off), stride), 0)
                  end = ops.prim.min(torch.add(torch.floordiv(torch.sub(torch.sub(size, 1), off), stride), 1), results)
                  return (begin, torch.add(torch.mul(begin, stride), off), ops.prim.max(torch.sub(end, begin), 0))
                """.formatted(ScriptModule.SELF, COLUMNS);
    }

    /**
     * The transposed transforms of {@link WinogradDepthText}: of four slices of the result's gradient to six, and of six kernels to three.
     * Each of the six is a sum of products: the map's slices lie as often beside each other as the kernel has columns, each time shifted by
     * one voxel, with zeros above and below; a row of the kernel is such a shift by a line. With few channels oneDNN's convolution is faster.
     */
    private static String depthKernels() {
        return """
                def depth_kernel_slopes(%1$s, buffer: Tensor, slopes: Tensor, transforms: List[Tensor], padding: List[int], like: Tensor) -> Tensor:
                  height = torch.size(buffer, 1)
                  width = torch.size(buffer, 2)
                  ins = torch.size(buffer, 3)
                  outs = torch.size(slopes, 3)
                  rows = torch.size(like, 3)
                  columns = torch.size(like, 4)
                  high = torch.add(height, torch.mul(2, padding[0]))
                  tiles = torch.floordiv(torch.sub(torch.size(buffer, 0), 2), 4)
                  group = torch.floordiv(%2$d, torch.mul(torch.mul(height, width), torch.add(ins, outs)))
                  group = ops.prim.min(ops.prim.max(group, 1), tiles)
                  inputs = torch.empty([6, group, height, width, ins], dtype=6)
                  results = torch.zeros([6, group, high, width, outs], dtype=6)
                  shifted = torch.zeros([group, high, width, columns, ins], dtype=6)
                  source = torch.view(buffer, [torch.size(buffer, 0), -1])
                  target = torch.view(slopes, [torch.size(slopes, 0), -1])
                  back = torch.t(transforms[1])
                  totals = torch.zeros([6, rows, outs, torch.mul(columns, ins)], dtype=6)
                  for g in range(torch.floordiv(torch.sub(torch.add(tiles, group), 1), group)):
                    first = torch.mul(g, group)
                    count = ops.prim.min(group, torch.sub(tiles, first))
                    for t in range(count):
                      z = torch.mul(4, torch.add(first, t))
                      _0 = torch.mm(transforms[0], torch.narrow(source, 0, z, 6), out=torch.select(torch.view(inputs, [6, group, -1]), 1, t))
                      inner = torch.narrow(torch.select(results, 1, t), 1, padding[0], height)
                      _1 = torch.mm(back, torch.narrow(target, 0, torch.add(z, 1), 4), out=torch.flatten(inner, 1, 3))
                    for u in range(6):
                      x = torch.narrow(inputs[u], 0, 0, count)
                      y = torch.narrow(results[u], 0, 0, count)
                      if torch.lt(ins, %3$d):
                        (self).add_convolved(x, torch.narrow(y, 1, padding[0], height), padding, torch.view(totals[u], [rows, outs, columns, ins]), )
                      else:
                        (self).add_products(x, y, padding, torch.narrow(shifted, 0, 0, count), totals[u], )
                  taps = torch.view(torch.mm(torch.t(transforms[2]), torch.view(totals, [6, -1])), [3, rows, outs, columns, ins])
                  return torch.permute(taps, [2, 4, 0, 1, 3])
                def add_convolved(%1$s, x: Tensor, slopes: Tensor, padding: List[int], total: Tensor) -> NoneType:
                  like = torch.contiguous(torch.permute(total, [1, 3, 0, 2]))
                  _0, slope, _1 = torch.convolution_backward(torch.permute(slopes, [0, 3, 1, 2]), torch.permute(x, [0, 3, 1, 2]), like, None, [1, 1], padding, [1, 1], False, [0, 0], 1, [False, True, False])
                  _2 = torch.add_(total, torch.permute(slope, [2, 0, 3, 1]))
                  return None
                def add_products(%1$s, x: Tensor, slopes: Tensor, padding: List[int], shifted: Tensor, total: Tensor) -> NoneType:
                  width = torch.size(x, 2)
                  inner = torch.narrow(shifted, 1, padding[0], torch.size(x, 1))
                  for j in range(torch.size(shifted, 3)):
                    column, source, wide = (self).reached(j, 1, padding[1], width, width, )
                    _0 = torch.copy_(torch.narrow(torch.select(inner, 3, j), 2, column, wide), torch.narrow(x, 2, source, wide))
                  edge = torch.mul(padding[0], width)
                  length = torch.sub(torch.floordiv(torch.numel(slopes), torch.size(slopes, 3)), torch.mul(2, edge))
                  given = torch.t(torch.narrow(torch.view(slopes, [-1, torch.size(slopes, 3)]), 0, edge, length))
                  taken = torch.view(shifted, [-1, torch.size(total, 2)])
                  for k in range(torch.size(total, 0)):
                    row = total[k]
                    _1 = torch.addmm(row, given, torch.narrow(taken, 0, torch.mul(k, width), length), beta=1, alpha=1, out=row)
                  return None
                """.formatted(ScriptModule.SELF, GROUP, FEW_CHANNELS);
    }

    private static String direct() {
        return """
                def convolve_back(%1$s, slopes: Tensor, depth: int, part: Tensor, transforms: List[Tensor], padding: List[int], out: Tensor) -> NoneType:
                  if torch.lt((self).voxels(slopes, depth, ), %3$d):
                    target = (self).inside(out, depth, )
                    _0 = torch.zero_(target)
                    (self).direct_back((self).inside(slopes, depth, ), part, [1, 1, 1], padding, target, )
                  else:
                    kernels = (self).depth_kernels((self).turned(part, ), torch.slice(padding, 1, None, 1), )
                    _1 = (self).depth_convolution([slopes], depth, kernels, transforms, torch.slice(padding, 1, None, 1), out, )
                  return None
                def direct_back(%1$s, slopes: Tensor, kernel: Tensor, stride: List[int], padding: List[int], out: Tensor) -> NoneType:
                  channels = torch.size(kernel, 1)
                  block = (self).channel_block(channels, torch.numel(kernel), )
                  for i in range(torch.floordiv(torch.sub(torch.add(channels, block), 1), block)):
                    first = torch.mul(i, block)
                    count = ops.prim.min(block, torch.sub(channels, first))
                    (self).channels_back(slopes, torch.contiguous(torch.narrow(kernel, 1, first, count)), stride, padding, torch.narrow(out, 3, first, count), )
                  return None
                def channel_block(%1$s, channels: int, weights: int) -> int:
                  block = torch.mul(torch.floordiv(torch.floordiv(torch.mul(%4$d, channels), weights), 16), 16)
                  return ops.prim.min(ops.prim.max(block, 16), channels)
                def channels_back(%1$s, slopes: Tensor, kernel: Tensor, stride: List[int], padding: List[int], out: Tensor) -> NoneType:
                  depth = torch.size(out, 0)
                  slices = torch.size(slopes, 0)
                  around = torch.add([0], torch.slice(padding, 1, None, 1))
                  block = torch.floordiv(torch.floordiv(%2$d, torch.numel(out[0])), stride[0])
                  block = ops.prim.min(ops.prim.max(block, 1), slices)
                  for i in range(torch.floordiv(torch.sub(torch.add(slices, block), 1), block)):
                    start = torch.mul(i, block)
                    count = ops.prim.min(block, torch.sub(slices, start))
                    extent = torch.add(torch.mul(torch.sub(count, 1), stride[0]), torch.size(kernel, 2))
                    like = torch.empty([1, extent, torch.size(out, 1), torch.size(out, 2), torch.size(out, 3)], dtype=6)
                    y = torch.permute(torch.unsqueeze(torch.narrow(slopes, 0, start, count), 0), [0, 4, 1, 2, 3])
                    map_slope, _0, _1 = torch.convolution_backward(y, torch.permute(like, [0, 4, 1, 2, 3]), kernel, None, stride, around, [1, 1, 1], False, [0, 0, 0], 1, [True, False, False])
                    first = torch.sub(torch.mul(start, stride[0]), padding[0])
                    before = ops.prim.max(torch.neg(first), 0)
                    valid = torch.sub(ops.prim.min(torch.add(first, extent), depth), torch.add(first, before))
                    rows = torch.narrow(torch.permute(torch.squeeze(map_slope, 0), [1, 2, 3, 0]), 0, before, valid)
                    _2 = torch.add_(torch.narrow(out, 0, torch.add(first, before), valid), rows)
                  return None
                """.formatted(ScriptModule.SELF, REGION, SMALL_SLOPES, WEIGHTS);
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
                def head_back(%1$s, map: Tensor, slopes: Tensor, weight: Tensor, out: Tensor, share: int) -> List[Tensor]:
                  rows = torch.reshape(map, [-1, torch.size(map, 3)])
                  results = torch.view(out, [-1, torch.size(map, 3)])
                  _0 = torch.addmm(results, torch.t(slopes), weight, beta=share, alpha=1, out=results)
                  return [torch.mm(slopes, rows), torch.sum(slopes, [1])]
                """.formatted(ScriptModule.SELF);
    }
}
