/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * Normalization and activation of feature maps [z][y][x][channel], by blocks that stay in the processor's cache.
 * <p>
 * Sums of values and of squares, both less a value near the mean, are taken in float over a block and in double over the blocks:
 * float alone is off by up to 1e-3 of a logit on a patch of 64^3.
 */
final class BlockNormalizationText {

    /** Floats of a block. */
    private static final int BLOCK = 1 << 17;

    private BlockNormalizationText() {
    }

    /**
     * <ul>
     * <li>{@code new_sums(x)}: sums of nothing [4][channel], float64: of values, of squares, the mean of x's first slice, which both are less,
     * and the number of values</li>
     * <li>{@code add_sums(x, sums)}: adds those of x; {@code merged(sums, other)}: the sums of both</li>
     * <li>{@code summed(x)}: the sums of x</li>
     * <li>{@code factors(sums, weight, bias)}: scale and shift of the normalization, [2][channel]; with batch normalization, weight and bias
     * are these already</li>
     * <li>{@code normalize(x, factors, shortcut, out)}: the activation of scale x + shift into {@code out}, which may be x; a shortcut, of a map
     * and its own factors, is scaled, shifted and added before the activation</li>
     * </ul>
     */
    static String methods(final UNetTopology topology) {
        final boolean isMeasured = topology.normalization() != Normalization.BATCH;
        return (isMeasured ? sums() + measuredFactors(topology) : givenFactors()) + summed() + normalize(topology);
    }

    private static String sums() {
        return """
                def new_sums(%1$s, x: Tensor) -> Tensor:
                  sums = torch.zeros([4, torch.size(x, 3)], dtype=7)
                  _0 = torch.copy_(sums[2], torch.mean(torch.view(torch.narrow(x, 0, 0, 1), [-1, torch.size(x, 3)]), [0]))
                  return sums
                def add_sums(%1$s, x: Tensor, sums: Tensor) -> NoneType:
                  channels = torch.size(x, 3)
                  width = torch.mul(torch.size(x, 2), channels)
                  lines = torch.view(x, [-1, width])
                  count = torch.size(lines, 0)
                  block = ops.prim.min(ops.prim.max(torch.floordiv(%2$d, width), 1), count)
                  ones = torch.ones([1, block], dtype=6)
                  origin = torch.repeat(torch.to(sums[2], 6), [torch.size(x, 2)])
                  space = torch.empty([block, width], dtype=6)
                  for i in range(torch.floordiv(torch.sub(torch.add(count, block), 1), block)):
                    start = torch.mul(i, block)
                    height = ops.prim.min(block, torch.sub(count, start))
                    weights = torch.narrow(ones, 1, 0, height)
                    values = torch.narrow(space, 0, 0, height)
                    _0 = torch.sub(torch.narrow(lines, 0, start, height), origin, alpha=1, out=values)
                    plain = torch.mm(weights, values)
                    both = torch.cat([plain, torch.mm(weights, torch.mul_(values, values))], 0)
                    _1 = torch.add_(torch.narrow(sums, 0, 0, 2), torch.sum(torch.view(both, [2, -1, channels]), [1], False, dtype=7))
                  _2 = torch.add_(sums[3], torch.floordiv(torch.numel(x), channels))
                  return None
                def merged(%1$s, sums: Tensor, other: Tensor) -> Tensor:
                  off = torch.sub(other[2], sums[2])
                  first = torch.add(torch.add(sums[0], other[0]), torch.mul(off, other[3]))
                  second = torch.add(torch.add(sums[1], other[1]), torch.mul(off, torch.add(torch.mul(other[0], 2), torch.mul(off, other[3]))))
                  return torch.stack([first, second, sums[2], torch.add(sums[3], other[3])], 0)
                """.formatted(ScriptModule.SELF, BLOCK);
    }

    private static String measuredFactors(final UNetTopology topology) {
        final String groups = topology.normalization() == Normalization.INSTANCE ? "torch.size(weight, 0)" : "(self).groups(torch.size(weight, 0), )";
        return (topology.normalization() == Normalization.INSTANCE ? "" : """
                def groups(%1$s, channels: int) -> int:
                  most = ops.prim.min(%2$d, channels)
                  groups = 1
                  for i in range(most):
                    if torch.eq(torch.remainder(channels, torch.add(i, 1)), 0):
                      groups = torch.add(i, 1)
                    else:
                      pass
                  return groups
                """.formatted(ScriptModule.SELF, topology.groups())) + """
                def factors(%1$s, sums: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                  means = torch.div(torch.narrow(sums, 0, 0, 2), sums[3])
                  mean = torch.view(torch.add(means[0], sums[2]), [%2$s, -1])
                  spread = torch.view(torch.sub(means[1], torch.mul(means[0], means[0])), [%2$s, -1])
                  center = torch.mean(mean, [1], True)
                  off = torch.sub(mean, center)
                  variance = torch.clamp(torch.mean(torch.add(spread, torch.mul(off, off)), [1], True), 0.)
                  scale = torch.mul(torch.rsqrt(torch.add(variance, 1.0000000000000001e-05)), torch.view(weight, [%2$s, -1]))
                  shift = torch.sub(torch.view(bias, [%2$s, -1]), torch.mul(center, scale))
                  return torch.to(torch.view(torch.stack([scale, shift], 0), [2, -1]), 6)
                """.formatted(ScriptModule.SELF, groups);
    }

    private static String givenFactors() {
        return """
                def new_sums(%1$s, x: Tensor) -> Tensor:
                  return x
                def add_sums(%1$s, x: Tensor, sums: Tensor) -> NoneType:
                  return None
                def merged(%1$s, sums: Tensor, other: Tensor) -> Tensor:
                  return sums
                def factors(%1$s, sums: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                  return torch.stack([weight, bias], 0)
                def known_factors(%1$s, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> List[Tensor]:
                  scale = torch.mul(torch.to(weight, 7), torch.rsqrt(torch.add(torch.to(variance, 7), 1.0000000000000001e-05)))
                  shift = torch.sub(torch.to(bias, 7), torch.mul(torch.to(mean, 7), scale))
                  return [torch.to(scale, 6), torch.to(shift, 6)]
                """.formatted(ScriptModule.SELF);
    }

    private static String summed() {
        return """
                def summed(%1$s, x: Tensor) -> Tensor:
                  sums = (self).new_sums(x, )
                  (self).add_sums(x, sums, )
                  return sums
                """.formatted(ScriptModule.SELF);
    }

    /**
     * {@code normalize_stage(after, apart, norm, shortcut, out)}: the normalization as a stage after that of the convolution, whose tasks return
     * their sums and, if {@code apart}, their pieces of the result, which else lies in the map {@code out}. A shortcut is a stage of no or one task that
     * returns map and factors.
     */
    static String stages(final SharedWorkText work) {
        return """
                def normalize_stage(%1$s, after: %2$s, apart: bool, norm: List[Tensor], shortcut: %2$s, out: Tensor) -> %2$s:
                  slices = torch.size(out, 0)
                  if apart:
                    shares = torch.len(after)
                  else:
                    shares = (self).shares(slices, torch.numel(out), )
                %3$s
                def normalize_part(%1$s, after: %2$s, apart: bool, i: int, norm: List[Tensor], shortcut: %2$s, out: Tensor, begin: int, end: int) -> List[Tensor]:
                  first = %4$s
                  sums = first[0]
                  for other in range(torch.sub(torch.len(after), 1)):
                    next = %5$s
                    sums = (self).merged(sums, next[0], )
                  result = torch.narrow(out, 0, begin, torch.sub(end, begin))
                  x = result
                  if apart:
                    own = %6$s
                    x = own[1]
                  else:
                    pass
                  added = annotate(List[Tensor], [])
                  for j in range(torch.len(shortcut)):
                    map = %7$s
                    added = [torch.narrow(map[0], 0, begin, torch.sub(end, begin)), map[1]]
                  (self).normalize(x, (self).factors(sums, norm[0], norm[1], ), added, result, )
                  return annotate(List[Tensor], [])
                """.formatted(ScriptModule.SELF, work.stage(), work.divided("slices", "normalize_part", "after", "apart", "i", "norm", "shortcut", "out", "begin", "end"),
                work.result("after[0]"), work.result("after[torch.add(other, 1)]"), work.result("after[i]"), work.result("shortcut[j]"));
    }

    private static String normalize(final UNetTopology topology) {
        return """
                def normalize(%1$s, x: Tensor, factors: Tensor, shortcut: List[Tensor], out: Tensor) -> NoneType:
                  width = torch.mul(torch.size(x, 2), torch.size(x, 3))
                  lines = torch.view(x, [-1, width])
                  results = torch.view(out, [-1, width])
                  scale = torch.repeat(factors[0], [torch.size(x, 2)])
                  shift = factors[1]
                  if torch.gt(torch.len(shortcut), 0):
                    shift = torch.add(shift, shortcut[1][1])
                  else:
                    pass
                  shift = torch.repeat(shift, [torch.size(x, 2)])
                  count = torch.size(lines, 0)
                  block = ops.prim.max(torch.floordiv(%2$d, width), 1)
                  for i in range(torch.floordiv(torch.sub(torch.add(count, block), 1), block)):
                    start = torch.mul(i, block)
                    height = ops.prim.min(block, torch.sub(count, start))
                    result = torch.narrow(results, 0, start, height)
                    _0 = torch.addcmul(shift, torch.narrow(lines, 0, start, height), scale, value=1, out=result)
                    if torch.gt(torch.len(shortcut), 0):
                      other = torch.narrow(torch.view(shortcut[0], [-1, width]), 0, start, height)
                      _1 = torch.addcmul_(result, other, torch.repeat(shortcut[1][0], [torch.size(x, 2)]), value=1)
                    else:
                      pass
                    _2 = torch.leaky_relu_(result, %3$s)
                  return None
                """.formatted(ScriptModule.SELF, BLOCK, topology.negativeSlope());
    }
}
