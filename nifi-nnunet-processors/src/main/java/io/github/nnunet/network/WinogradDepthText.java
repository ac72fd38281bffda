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
    /** Kernels of a convolution in its transformed form. */
    static final int KERNELS = 6;

    /** Floats of one transformed input: with as many of the output, they fit a core's share of the last cache. */
    private static final int GROUP = 1 << 19;

    private WinogradDepthText() {
    }

    /**
     * <ul>
     * <li>{@code depth_kernels(weight [out][in][3][y][x], padding)}: the six kernels, packed for oneDNN</li>
     * <li>{@code depth_transforms()}: the matrices of input and output</li>
     * <li>{@code depth_convolution(maps, depth, kernels, transforms, padding, out)}: the sum of the maps' convolutions, each with its six
     * kernels, into the buffer {@code out}; returns its sums, see {@link BlockNormalizationText}</li>
     * </ul>
     */
    static String methods() {
        return """
                def depth_kernels(%1$s, weight: Tensor, padding: List[int]) -> List[Tensor]:
                  w = torch.to(weight, 7)
                  a = torch.select(w, 2, 0)
                  b = torch.select(w, 2, 1)
                  c = torch.select(w, 2, 2)
                  even = torch.mul(torch.add(a, c), -0.16666666666666666)
                  far = torch.add(torch.mul(a, 0.041666666666666664), torch.mul(c, 0.16666666666666666))
                  kernels = [torch.mul(a, 0.25), torch.sub(even, torch.mul(b, 0.16666666666666666)), torch.add(even, torch.mul(b, 0.16666666666666666)),
                    torch.add(far, torch.mul(b, 0.083333333333333329)), torch.sub(far, torch.mul(b, 0.083333333333333329)), c]
                  packed = annotate(List[Tensor], [])
                  for u in range(6):
                    _0 = torch.append(packed, (self).packed(torch.to(kernels[u], 6), [1, 1], padding, ))
                  return packed
                def depth_transforms(%1$s) -> List[Tensor]:
                  input = torch.tensor([4., 0., -5., 0., 1., 0., 0., -4., -4., 1., 1., 0., 0., 4., -4., -1., 1., 0., 0., -2., -1., 2., 1., 0., 0., 2., -1., -2., 1., 0., 0., 4., 0., -5., 0., 1.])
                  output = torch.tensor([1., 1., 1., 1., 1., 0., 0., 1., -1., 2., -2., 0., 0., 1., 1., 4., 4., 0., 0., 1., -1., 8., -8., 1.])
                  return [torch.to(torch.view(input, [6, 6]), 6), torch.to(torch.view(output, [4, 6]), 6)]
                def depth_convolution(%1$s, maps: List[Tensor], depth: int, kernels: List[Tensor], transforms: List[Tensor], padding: List[int], out: Tensor) -> Tensor:
                  height = torch.size(out, 1)
                  width = torch.size(out, 2)
                  channels = torch.size(out, 3)
                  tiles = torch.floordiv(torch.sub(torch.size(out, 0), 2), 4)
                  group = torch.floordiv(%2$d, torch.mul(torch.mul(height, width), channels))
                  group = ops.prim.min(ops.prim.max(group, 1), tiles)
                  rows = torch.view(out, [torch.size(out, 0), -1])
                  products = torch.empty([6, group, height, width, channels], dtype=6)
                  inputs = annotate(List[Tensor], [])
                  for j in range(torch.len(maps)):
                    _0 = torch.append(inputs, torch.empty([6, group, height, width, torch.size(maps[j], 3)], dtype=6))
                  sums = products
                  for g in range(torch.floordiv(torch.sub(torch.add(tiles, group), 1), group)):
                    first = torch.mul(g, group)
                    count = ops.prim.min(group, torch.sub(tiles, first))
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
                  (self).clear(out, depth, )
                  return sums
                """.formatted(ScriptModule.SELF, GROUP);
    }
}
