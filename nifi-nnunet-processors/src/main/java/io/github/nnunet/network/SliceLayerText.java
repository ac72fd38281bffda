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
     * <li>{@code clear(buffer, depth)}: sets the zeros again; {@code margin()}: slices of zeros before the map</li>
     * <li>{@code convolution(maps, kernels, stride, padding)}: the sum of the maps' direct convolutions, a map</li>
     * <li>{@code measured(map, norm)}: the factors of its normalization with [weight, bias]</li>
     * <li>{@code enlarge(map, weight [in][z y x out], bias, stride, out)}: the transposed convolution whose kernel is its stride</li>
     * </ul>
     *
     * @param isPadded whether buffers have zeros around their maps
     */
    static String methods(final boolean isPadded) {
        return convolutions() + (isPadded ? paddedBuffer() : bareBuffer()) + direct() + enlarge();
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
                def margin(%1$s) -> int:
                  return 1
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
                def margin(%1$s) -> int:
                  return 0
                """.formatted(ScriptModule.SELF);
    }

    private static String direct() {
        return """
                def convolution(%1$s, maps: List[Tensor], kernels: List[Tensor], stride: List[int], padding: List[int]) -> Tensor:
                  y = (self).convolve(torch.permute(torch.unsqueeze(maps[0], 0), [0, 4, 1, 2, 3]), kernels[0], stride, padding, )
                  for j in range(torch.sub(torch.len(maps), 1)):
                    x = torch.permute(torch.unsqueeze(maps[torch.add(j, 1)], 0), [0, 4, 1, 2, 3])
                    (self).accumulate(y, x, kernels[torch.add(j, 1)], stride, padding, )
                  return torch.contiguous(torch.permute(torch.squeeze(y, 0), [1, 2, 3, 0]))
                def measured(%1$s, map: Tensor, norm: List[Tensor]) -> Tensor:
                  return (self).factors((self).summed(map, ), norm[0], norm[1], )
                """.formatted(ScriptModule.SELF);
    }

    /**
     * What a sample's stages are made of, each after another stage:
     * <ul>
     * <li>{@code depth_layer(after, buffers, depth, kernels, direct, transforms, padding, norm, shortcut, out)}: the sum of the buffers' convolutions
     * in Winograd's form, or with the direct kernels if there are any and the map is small, normalized with [weight, bias], and activated</li>
     * <li>{@code layer(after, buffers, depth, kernels, stride, padding, norm, shortcut, out, slices)}: the same with direct convolutions, of so many slices</li>
     * <li>{@code shortcut_stage(after, map, kernels, stride, norm)}: a residual block's convolution, for {@code normalize_stage};
     * {@code same_stage(map, factors)}, after none: a map as it is, with factors</li>
     * <li>{@code input_stage(after, x [channel][z][y][x], map)}, {@code enlarge_stage(after, map, weight, bias, stride, out)},
     * {@code head_stage(after, map, weight, bias, logits [class][voxel])}</li>
     * </ul>
     *
     * @param directBelow voxels times channels in times channels out from which on a layer takes Winograd's form
     */
    static String stages(final SharedWorkText work, final int directBelow) {
        return layers(work, directBelow) + directStage(work) + shortcuts(work) + ends(work) + WinogradDepthText.stages(work) + BlockNormalizationText.stages(work);
    }

    private static String layers(final SharedWorkText work, final int directBelow) {
        return """
                def depth_layer(%1$s, after: %3$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], direct: List[Tensor], transforms: List[Tensor], padding: List[int], norm: List[Tensor], shortcut: %3$s, out: Tensor) -> %3$s:
                  voxels = torch.mul(depth, torch.mul(torch.size(out, 1), torch.size(out, 2)))
                  products = torch.mul(torch.mul(voxels, torch.size(out, 3)), torch.size(buffers[0], 3))
                  if torch.__and__(torch.gt(torch.len(direct), 0), torch.lt(products, %2$d)):
                    stage = (self).layer(after, buffers, depth, direct, [1, 1, 1], torch.add([1], padding), norm, shortcut, out, depth, )
                  else:
                    convolved = (self).depth_stage(after, buffers, depth, kernels, transforms, padding, out, )
                    stage = (self).normalize_stage(convolved, False, norm, shortcut, (self).inside(out, depth, ), )
                  return stage
                def layer(%1$s, after: %3$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], stride: List[int], padding: List[int], norm: List[Tensor], shortcut: %3$s, out: Tensor, slices: int) -> %3$s:
                  map = (self).inside(out, slices, )
                  convolved = (self).convolution_stage(after, buffers, depth, kernels, stride, padding, torch.mul(torch.numel(map), torch.size(buffers[0], 3)), slices, )
                  return (self).normalize_stage(convolved, True, norm, shortcut, map, )
                """.formatted(ScriptModule.SELF, directBelow, work.stage());
    }

    /** Divided along the depth of the result, if the slices that its first and last parts reach for lie in the buffer. */
    private static String directStage(final SharedWorkText work) {
        return """
                def convolution_stage(%1$s, after: %2$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], stride: List[int], padding: List[int], products: int, slices: int) -> %2$s:
                  shares = 1
                  if torch.le(padding[0], (self).margin()):
                    shares = (self).shares(slices, products, )
                  else:
                    pass
                %3$s
                def convolution_part(%1$s, after: %2$s, buffers: List[Tensor], depth: int, kernels: List[Tensor], stride: List[int], padding: List[int], shares: int, begin: int, end: int) -> List[Tensor]:
                  (self).settle(after, )
                  maps = annotate(List[Tensor], [])
                  around = padding
                  if torch.eq(shares, 1):
                    for j in range(torch.len(buffers)):
                      _0 = torch.append(maps, (self).inside(buffers[j], depth, ))
                  else:
                    around = torch.add([0], torch.slice(padding, 1, None, 1))
                    first = torch.add(torch.sub(torch.mul(begin, stride[0]), padding[0]), (self).margin())
                    count = torch.add(torch.mul(torch.sub(torch.sub(end, begin), 1), stride[0]), torch.size(kernels[0], 2))
                    for j in range(torch.len(buffers)):
                      _1 = torch.append(maps, torch.narrow(buffers[j], 0, first, count))
                  piece = (self).convolution(maps, kernels, stride, around, )
                  return [(self).summed(piece, ), piece]
                """.formatted(ScriptModule.SELF, work.stage(), work.divided("slices", "convolution_part", "after", "buffers", "depth", "kernels", "stride", "padding", "shares", "begin", "end"));
    }

    private static String shortcuts(final SharedWorkText work) {
        return """
                def shortcut_stage(%1$s, after: %2$s, map: Tensor, kernels: List[Tensor], stride: List[int], norm: List[Tensor]) -> %2$s:
                  return annotate(%2$s, [%3$s])
                def shortcut_part(%1$s, after: %2$s, map: Tensor, kernels: List[Tensor], stride: List[int], norm: List[Tensor]) -> List[Tensor]:
                  (self).settle(after, )
                  other = (self).convolution([map], kernels, stride, [0, 0, 0], )
                  return [other, (self).measured(other, norm, )]
                def same_stage(%1$s, map: Tensor, factors: Tensor) -> %2$s:
                  return annotate(%2$s, [%4$s])
                def same_part(%1$s, map: Tensor, factors: Tensor) -> List[Tensor]:
                  return [map, factors]
                """.formatted(ScriptModule.SELF, work.stage(), work.task("shortcut_part", "after", "map", "kernels", "stride", "norm"), work.task("same_part", "map", "factors"));
    }

    private static String ends(final SharedWorkText work) {
        return """
                def input_stage(%1$s, after: %2$s, x: Tensor, map: Tensor) -> %2$s:
                  return annotate(%2$s, [%3$s])
                def input_part(%1$s, after: %2$s, x: Tensor, map: Tensor) -> List[Tensor]:
                  (self).settle(after, )
                  return [torch.copy_(map, torch.permute(x, [1, 2, 3, 0]))]
                def enlarge_stage(%1$s, after: %2$s, map: Tensor, weight: Tensor, bias: Tensor, stride: List[int], out: Tensor) -> %2$s:
                  slices = torch.size(map, 0)
                  shares = (self).shares(slices, torch.numel(out), )
                %4$s
                def enlarge_part(%1$s, after: %2$s, map: Tensor, weight: Tensor, bias: Tensor, stride: List[int], out: Tensor, begin: int, end: int) -> List[Tensor]:
                  (self).settle(after, )
                  count = torch.sub(end, begin)
                  fine = torch.narrow(out, 0, torch.mul(begin, stride[0]), torch.mul(count, stride[0]))
                  (self).enlarge(torch.narrow(map, 0, begin, count), weight, bias, stride, fine, )
                  return annotate(List[Tensor], [])
                def head_stage(%1$s, after: %2$s, map: Tensor, weight: Tensor, bias: Tensor, logits: Tensor) -> %2$s:
                  voxels = torch.size(logits, 1)
                  shares = (self).shares(voxels, torch.numel(map), )
                %5$s
                def head_part(%1$s, after: %2$s, map: Tensor, weight: Tensor, bias: Tensor, logits: Tensor, begin: int, end: int) -> List[Tensor]:
                  (self).settle(after, )
                  rows = torch.narrow(torch.reshape(map, [-1, torch.size(map, 3)]), 0, begin, torch.sub(end, begin))
                  _0 = torch.addmm(bias, weight, torch.t(rows), beta=1, alpha=1, out=torch.narrow(logits, 1, begin, torch.sub(end, begin)))
                  return annotate(List[Tensor], [])
                """.formatted(ScriptModule.SELF, work.stage(), work.task("input_part", "after", "x", "map"),
                work.divided("slices", "enlarge_part", "after", "map", "weight", "bias", "stride", "out", "begin", "end"),
                work.divided("voxels", "head_part", "after", "map", "weight", "bias", "logits", "begin", "end"));
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
