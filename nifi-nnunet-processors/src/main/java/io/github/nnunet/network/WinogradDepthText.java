/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * Convolutions of kernel depth 3 and stride 1 as Winograd's minimal filtering F(4, 3) along the depth (Lavin and Gray, Fast
 * Algorithms for Convolutional Neural Networks, 2016): four output slices are six two-dimensional convolutions of sums of six
 * input slices, half the multiplications of the twelve that they are otherwise.
 * <p>
 * A feature map [z][y][x][channel] lies in a buffer with one slice of zeros before it and, after it, zeros up to the last
 * tile's end: {@code padded}. Tiles are worked on in groups that stay in the processor's cache.
 */
final class WinogradDepthText {

    static final int KERNEL_DEPTH = 3;
    /** Matrices of the transformation. */
    static final int TRANSFORMS = 3;
    /** Kernels of a convolution in its transformed form. */
    static final int KERNELS = 6;

    /** Floats of four slices of the output that are computed at once: with more, memory grows and nothing gets faster, as measured. */
    private static final int GROUP = 1 << 17;

    private WinogradDepthText() {
    }

    /**
     * <ul>
     * <li>{@code depth_kernels(weight [out][in][3][y][x], padding)}: the six kernels, packed for oneDNN</li>
     * <li>{@code depth_transforms()}: the matrices of input, output and kernel</li>
     * <li>{@code depth_convolution(maps, depth, kernels, transforms, padding, out)}: the sum of the maps' convolutions, each with its six
     * kernels, into the buffer {@code out}; returns its sums, see {@link BlockNormalizationText}</li>
     * <li>{@code tiles(buffer)}: how many it has; {@code depth_tiles(…, out, begin, end)}: the convolution of some of them</li>
     * </ul>
     */
    static String methods() {
        return """
                def depth_kernels(%1$s, weight: Tensor, padding: List[int]) -> List[Tensor]:
                  sizes = torch.size(weight)
                  taps = torch.reshape(torch.movedim(weight, 2, 0), [3, -1])
                  kernels = torch.view(torch.mm((self).depth_transforms()[2], taps), [6, sizes[0], sizes[1], sizes[3], sizes[4]])
                  packed = annotate(List[Tensor], [])
                  for u in range(6):
                    _0 = torch.append(packed, (self).packed(kernels[u], [1, 1], padding, ))
                  return packed
                def depth_transforms(%1$s) -> List[Tensor]:
                  input = torch.tensor([4., 0., -5., 0., 1., 0., 0., -4., -4., 1., 1., 0., 0., 4., -4., -1., 1., 0., 0., -2., -1., 2., 1., 0., 0., 2., -1., -2., 1., 0., 0., 4., 0., -5., 0., 1.])
                  output = torch.tensor([1., 1., 1., 1., 1., 0., 0., 1., -1., 2., -2., 0., 0., 1., 1., 4., 4., 0., 0., 1., -1., 8., -8., 1.])
                  kernel = torch.mul(torch.tensor([6., 0., 0., -4., -4., -4., -4., 4., -4., 1., 2., 4., 1., -2., 4., 0., 0., 24.], dtype=7), 0.041666666666666664)
                  return [torch.to(torch.view(input, [6, 6]), 6), torch.to(torch.view(output, [4, 6]), 6), torch.to(torch.view(kernel, [6, 3]), 6)]
                def depth_convolution(%1$s, maps: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], out: Tensor) -> Tensor:
                  return (self).depth_tiles(maps, depth, kernels, transforms, padding, out, 0, (self).tiles(out, ), )
                def tiles(%1$s, buffer: Tensor) -> int:
                  return torch.floordiv(torch.sub(torch.size(buffer, 0), 2), 4)
                def depth_tiles(%1$s, maps: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], out: Tensor, begin: int, end: int) -> Tensor:
                  height = torch.size(out, 1)
                  width = torch.size(out, 2)
                  channels = torch.size(out, 3)
                  tiles = torch.sub(end, begin)
                  group = torch.floordiv(%2$d, torch.mul(torch.mul(height, width), channels))
                  group = ops.prim.min(ops.prim.max(group, 1), tiles)
                  rows = torch.view(out, [torch.size(out, 0), -1])
                  products = torch.empty([6, group, height, width, channels], dtype=6)
                  inputs = annotate(List[Tensor], [])
                  for j in range(torch.len(maps)):
                    _0 = torch.append(inputs, torch.empty([6, group, height, width, torch.size(maps[j], 3)], dtype=6))
                  sums = products
                  for g in range(torch.floordiv(torch.sub(torch.add(tiles, group), 1), group)):
                    first = torch.add(begin, torch.mul(g, group))
                    count = ops.prim.min(group, torch.sub(end, first))
                    _1 = torch.zero_(products)
                    for j in range(torch.len(maps)):
                      source = torch.view(maps[j], [torch.size(maps[j], 0), -1])
                      flat = torch.view(inputs[j], [6, group, -1])
                      for t in range(count):
                        _2 = torch.mm(transforms[0], torch.narrow(source, 0, torch.mul(4, torch.add(first, t)), 6), out=torch.select(flat, 1, t))
                      for u in range(6):
                        x = torch.permute(torch.narrow(inputs[j][u], 0, 0, count), [0, 3, 1, 2])
                        y = torch.permute(torch.narrow(products[u], 0, 0, count), [0, 3, 1, 2])
                        (self).accumulate(y, x, kernels[torch.add(torch.mul(6, j), u)], [1, 1], padding, )
                    flat = torch.view(products, [6, group, -1])
                    for t in range(count):
                      z = torch.add(torch.mul(4, torch.add(first, t)), 1)
                      _3 = torch.mm(transforms[1], torch.select(flat, 1, t), out=torch.narrow(rows, 0, z, 4))
                    start = torch.mul(4, first)
                    valid = ops.prim.min(torch.mul(4, count), torch.sub(depth, start))
                    ready = torch.narrow(out, 0, torch.add(start, 1), valid)
                    if torch.eq(g, 0):
                      sums = (self).new_sums(ready, )
                    else:
                      pass
                    (self).add_sums(ready, sums, )
                  if torch.eq(end, (self).tiles(out, )):
                    (self).clear(out, depth, )
                  else:
                    pass
                  return sums
                """.formatted(ScriptModule.SELF, GROUP);
    }

    /** {@code depth_stage(after, …)}: the convolution as a stage after another; each task returns its sums. */
    static String stages(final SharedWorkText work) {
        return """
                def depth_stage(%1$s, after: %2$s, maps: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], out: Tensor) -> %2$s:
                  tiles = (self).tiles(out, )
                  shares = (self).shares(tiles, torch.mul(torch.numel(out), torch.size(maps[0], 3)), )
                %3$s
                def depth_part(%1$s, after: %2$s, maps: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], out: Tensor, begin: int, end: int) -> List[Tensor]:
                  (self).settle(after, )
                  return [(self).depth_tiles(maps, depth, kernels, transforms, padding, out, begin, end, )]
                """.formatted(ScriptModule.SELF, work.stage(), work.divided("tiles", "depth_part", "after", "maps", "depth", "kernels", "transforms", "padding", "out", "begin", "end"));
    }
}
