/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The layers of several copies of a network at once, each variable a list with a feature map a device, so that batch
 * normalization can look at all of them: it takes mean and variance over the samples of all devices, and its gradient runs through
 * them. Only these statistics, a few numbers a channel, go from device to device.
 */
final class SynchronizedOperators implements LayerOperators {

    private final UNetTopology topology;
    private final List<PlainOperators> replicas;

    /** @param devices the weights are a list with all of the first device's, then all of the second one's, and so on */
    SynchronizedOperators(final UNetTopology topology, final int devices, final Precision precision) {
        this.topology = topology;
        final int weights = WeightLayout.of(topology).size();
        replicas = IntStream.range(0, devices).mapToObj(device -> new PlainOperators(topology, new WeightIndex(topology, device * weights), true, precision)).toList();
    }

    /** @return the method that {@link #normalization} calls; the running averages are those of the first device */
    String methods() {
        final int dimensions = topology.dimensions();
        final String axes = "[0" + IntStream.range(2, 2 + dimensions).mapToObj(", %d"::formatted).collect(Collectors.joining()) + "]";
        final String each = "[1, -1%s]".formatted(", 1".repeat(dimensions));
        return """
                def synchronized(%1$s, xs: List[Tensor], scales: List[Tensor], shifts: List[Tensor], running_mean: Tensor, running_var: Tensor) -> List[Tensor]:
                  means = annotate(List[Tensor], [])
                  variances = annotate(List[Tensor], [])
                  counts = annotate(List[int], [])
                  total = 0
                  for i in range(torch.len(xs)):
                    count = torch.floordiv(torch.numel(xs[i]), torch.size(xs[i], 1))
                    total = torch.add(total, count)
                    v, m = torch.var_mean(xs[i], %2$s, correction=0, keepdim=False)
                    _0 = torch.append(counts, count)
                    _1 = torch.append(means, torch.to(m, running_mean))
                    _2 = torch.append(variances, torch.to(v, running_mean))
                  mean = torch.zeros_like(running_mean)
                  for j in range(torch.len(xs)):
                    mean = torch.add(mean, torch.mul(means[j], torch.div(counts[j], total)))
                  variance = torch.zeros_like(running_mean)
                  for k in range(torch.len(xs)):
                    distance = torch.sub(means[k], mean)
                    spread = torch.add(variances[k], torch.mul(distance, distance))
                    variance = torch.add(variance, torch.mul(spread, torch.div(counts[k], total)))
                  _3 = torch.add_(torch.mul_(running_mean, 0.90000000000000002), torch.detach(mean), alpha=0.10000000000000001)
                  unbiased = torch.mul(torch.detach(variance), torch.div(total, torch.sub(total, 1)))
                  _4 = torch.add_(torch.mul_(running_var, 0.90000000000000002), unbiased, alpha=0.10000000000000001)
                  results = annotate(List[Tensor], [])
                  for r in range(torch.len(xs)):
                    factor = torch.mul(torch.rsqrt(torch.add(torch.to(variance, xs[r]), 1.0000000000000001e-05)), scales[r])
                    offset = torch.sub(shifts[r], torch.mul(torch.to(mean, xs[r]), factor))
                    _5 = torch.append(results, torch.add(torch.mul(xs[r], torch.view(factor, %3$s)), torch.view(offset, %3$s)))
                  return results
                """.formatted(ScriptModule.SELF, axes, each);
    }

    @Override
    public String convolution(final String x, final String name, final boolean biased, final List<Integer> kernel, final List<Integer> stride) {
        return onEach(device -> replicas.get(device).convolution(of(x, device), name, biased, kernel, stride));
    }

    private String onEach(final IntFunction<String> expression) {
        return IntStream.range(0, replicas.size()).mapToObj(expression).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String of(final String list, final int device) {
        return "%s[%d]".formatted(list, device);
    }

    @Override
    public String normalization(final String x, final String name, final int channels) {
        if (topology.normalization() != Normalization.BATCH) {
            return onEach(device -> replicas.get(device).normalization(of(x, device), name, channels));
        }

        final PlainOperators first = replicas.getFirst();
        return "(self).synchronized(%s, %s, %s, %s, %s, )".formatted(x, onEach(device -> replicas.get(device).weight(name + ".weight")),
                onEach(device -> replicas.get(device).weight(name + ".bias")), first.weight(name + ".running_mean"), first.weight(name + ".running_var"));
    }

    @Override
    public String activation(final String x) {
        return onEach(device -> replicas.get(device).activation(of(x, device)));
    }

    @Override
    public String sum(final String x, final String y) {
        return onEach(device -> replicas.get(device).sum(of(x, device), of(y, device)));
    }

    @Override
    public String upsampledWithSkip(final String x, final String skip, final String name, final List<Integer> stride, final int channels) {
        return onEach(device -> replicas.get(device).upsampledWithSkip(of(x, device), of(skip, device), name, stride, channels));
    }
}
