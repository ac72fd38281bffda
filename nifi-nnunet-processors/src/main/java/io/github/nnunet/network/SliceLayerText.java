/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * Layers on feature maps [z][y][x][channel]. A map lies inside a buffer, with a slice of zeros before it and zeros after it, as
 * {@link WinogradDepthText} wants it; in a network without kernels of depth 3 the buffer is the map.
 */
final class SliceLayerText {

    /** Floats of an enlarged block that stay in the processor's cache. */
    private static final int BLOCK = 1 << 19;

    private SliceLayerText() {
    }

    /**
     * <ul>
     * <li>{@code packed(weight, stride, padding)}: a kernel in oneDNN's own order</li>
     * <li>{@code buffer(depth, height, width, channels)}: a buffer with its zeros set, the map not; {@code inside(buffer, depth)}: the map</li>
     * <li>{@code clear(buffer, depth)}: sets the zeros again</li>
     * <li>{@code depth_layer(buffers, depth, kernels, direct, transforms, padding, norm, shortcut)}: the sum of the buffers' convolutions in
     * Winograd's form, or with the direct kernels if there are any and the map is small, normalized with [weight, bias], and activated; returns
     * a buffer</li>
     * <li>{@code layer(maps, kernels, stride, padding, norm, shortcut)}: the same with direct convolutions of maps; returns a buffer</li>
     * <li>{@code shortcut(map, kernel, stride, norm)}: a residual block's convolution, and the factors of its normalization</li>
     * <li>{@code enlarge(map, weight [in][z y x out], bias, stride, out)}: the transposed convolution whose kernel is its stride</li>
     * </ul>
     *
     * @param isPadded    whether buffers have zeros around their maps
     * @param directBelow voxels times channels in times channels out from which on a layer takes Winograd's form
     */
    static String methods(final boolean isPadded, final int directBelow) {
        return convolutions() + (isPadded ? paddedBuffer() : bareBuffer()) + layers(directBelow) + enlarge();
    }

    /** The part of the methods that calls oneDNN. */
    static String convolutions() {
        return """
                def packed(%1$s, weight: Tensor, stride: List[int], padding: List[int]) -> Tensor:
                  ones = torch.mul([1], torch.len(stride))
                  return ops.mkldnn._reorder_convolution_weight(weight, padding, stride, ones, 1, None)
                def convolve(%1$s, x: Tensor, kernel: Tensor, stride: List[int], padding: List[int]) -> Tensor:
                  ones = torch.mul([1], torch.len(stride))
                  return ops.mkldnn._convolution_pointwise(x, kernel, None, padding, stride, ones, 1, "none", annotate(List[Optional[number]], []), None)
                def accumulate(%1$s, y: Tensor, x: Tensor, kernel: Tensor, stride: List[int], padding: List[int]) -> NoneType:
                  ones = torch.mul([1], torch.len(stride))
                  _0 = ops.mkldnn._convolution_pointwise_(y, x, kernel, None, padding, stride, ones, 1, "add", 1.0, None, annotate(List[Optional[number]], []), None)
                  return None
                """.formatted(ScriptModule.SELF);
    }

    private static String paddedBuffer() {
        return """
                def buffer(%1$s, depth: int, height: int, width: int, channels: int) -> Tensor:
                  slices = torch.add(torch.mul(torch.floordiv(torch.add(depth, 3), 4), 4), 2)
                  buffer = torch.empty([slices, height, width, channels], dtype=6)
                  (self).clear(buffer, depth, )
                  return buffer
                def clear(%1$s, buffer: Tensor, depth: int) -> NoneType:
                  after = torch.add(depth, 1)
                  _0 = torch.zero_(torch.select(buffer, 0, 0))
                  _1 = torch.zero_(torch.narrow(buffer, 0, after, torch.sub(torch.size(buffer, 0), after)))
                  return None
                def inside(%1$s, buffer: Tensor, depth: int) -> Tensor:
                  return torch.narrow(buffer, 0, 1, depth)
                """.formatted(ScriptModule.SELF);
    }

    private static String bareBuffer() {
        return """
                def buffer(%1$s, depth: int, height: int, width: int, channels: int) -> Tensor:
                  return torch.empty([depth, height, width, channels], dtype=6)
                def clear(%1$s, buffer: Tensor, depth: int) -> NoneType:
                  return None
                def inside(%1$s, buffer: Tensor, depth: int) -> Tensor:
                  return buffer
                """.formatted(ScriptModule.SELF);
    }

    private static String layers(final int directBelow) {
        return """
                def depth_layer(%1$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], direct: List[Tensor], transforms: List[Tensor], padding: List[int], norm: List[Tensor], shortcut: List[Tensor]) -> Tensor:
                  height = torch.size(buffers[0], 1)
                  width = torch.size(buffers[0], 2)
                  channels = torch.size(norm[0], 0)
                  voxels = torch.mul(depth, torch.mul(height, width))
                  work = torch.mul(torch.mul(voxels, channels), torch.size(buffers[0], 3))
                  if torch.__and__(torch.gt(torch.len(direct), 0), torch.lt(work, %2$d)):
                    maps = annotate(List[Tensor], [])
                    for j in range(torch.len(buffers)):
                      _0 = torch.append(maps, (self).inside(buffers[j], depth, ))
                    out = (self).layer(maps, direct, [1, 1, 1], torch.add([1], padding), norm, shortcut, )
                  else:
                    out = (self).buffer(depth, height, width, channels, )
                    sums = (self).depth_convolution(buffers, depth, kernels, transforms, padding, out, )
                    map = (self).inside(out, depth, )
                    (self).normalize(map, (self).factors(sums, voxels, norm[0], norm[1], ), shortcut, map, )
                  return out
                def convolution(%1$s, maps: List[Tensor], kernels: List[Tensor], stride: List[int], padding: List[int]) -> Tensor:
                  y = (self).convolve(torch.permute(torch.unsqueeze(maps[0], 0), [0, 4, 1, 2, 3]), kernels[0], stride, padding, )
                  for j in range(torch.sub(torch.len(maps), 1)):
                    x = torch.permute(torch.unsqueeze(maps[torch.add(j, 1)], 0), [0, 4, 1, 2, 3])
                    (self).accumulate(y, x, kernels[torch.add(j, 1)], stride, padding, )
                  return torch.contiguous(torch.permute(torch.squeeze(y, 0), [1, 2, 3, 0]))
                def measured(%1$s, map: Tensor, norm: List[Tensor]) -> Tensor:
                  channels = torch.size(map, 3)
                  sums = (self).new_sums(map, )
                  (self).add_sums(map, sums, )
                  return (self).factors(sums, torch.floordiv(torch.numel(map), channels), norm[0], norm[1], )
                def layer(%1$s, maps: List[Tensor], kernels: List[Tensor], stride: List[int], padding: List[int], norm: List[Tensor], shortcut: List[Tensor]) -> Tensor:
                  map = (self).convolution(maps, kernels, stride, padding, )
                  out = (self).buffer(torch.size(map, 0), torch.size(map, 1), torch.size(map, 2), torch.size(map, 3), )
                  (self).normalize(map, (self).measured(map, norm, ), shortcut, (self).inside(out, torch.size(map, 0), ), )
                  return out
                def shortcut(%1$s, map: Tensor, kernels: List[Tensor], stride: List[int], norm: List[Tensor]) -> List[Tensor]:
                  other = (self).convolution([map], kernels, stride, [0, 0, 0], )
                  return [other, (self).measured(other, norm, )]
                """.formatted(ScriptModule.SELF, directBelow);
    }

    /** A matrix product gives each voxel's block of fine voxels; adding the bias moves them to their places. */
    private static String enlarge() {
        return """
                def enlarge(%1$s, map: Tensor, weight: Tensor, bias: Tensor, stride: List[int], out: Tensor) -> NoneType:
                  depth = torch.size(map, 0)
                  height = torch.size(map, 1)
                  width = torch.size(map, 2)
                  channels = torch.size(bias, 0)
                  slice = torch.mul(torch.mul(height, width), torch.size(weight, 1))
                  block = ops.prim.min(ops.prim.max(torch.floordiv(%2$d, slice), 1), depth)
                  places = torch.view(out, [depth, stride[0], height, stride[1], width, stride[2], channels])
                  for i in range(torch.floordiv(torch.sub(torch.add(depth, block), 1), block)):
                    start = torch.mul(i, block)
                    count = ops.prim.min(block, torch.sub(depth, start))
                    rows = torch.reshape(torch.narrow(map, 0, start, count), [-1, torch.size(map, 3)])
                    fine = torch.view(torch.mm(rows, weight), [count, height, width, stride[0], stride[1], stride[2], channels])
                    _0 = torch.add(torch.permute(fine, [0, 3, 1, 4, 2, 5, 6]), bias, alpha=1, out=torch.narrow(places, 0, start, count))
                  return None
                """.formatted(ScriptModule.SELF, BLOCK);
    }
}
