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
 * Gradients for a CPU, sample by sample, by {@link SliceBackwardText}: the forward pass in the operators of {@link SliceForm}, a way back
 * by hand with Winograd's form in the gradients of kernels and maps as well, and libtorch's differentiation for the loss alone. While some
 * scale of a normalization is near 0, which the way back would divide by, and for samples that are little work, {@link AutogradText} does it.
 *
 * @param topology  of the network
 * @param leastWork multiplications of a sample's forward pass, below which differentiation is faster
 * @param work      how many samples are worked on side by side
 */
record SliceGradientText(UNetTopology topology, double leastWork, SharedWorkText work) implements GradientText {

    /**
     * Measured on one core with AVX2, with batches of two: in 3D with 0.3e8 multiplications differentiation takes 0.4 times as long as this
     * form, with 1.4e8 to 2.3e8 0.7 to 0.9 times, with 5e8 to 8e8 1.0 to 1.3 times, with more 1.4 to 1.7 times. In 2D it takes 0.9 to 1.1 times
     * as long from 7e8 on, but 0.8 times with few voxels a weight (192x160 and six levels of up to 512 filters).
     */
    private static final double LEAST_WORK = 4e8;

    /** The least slope of the activation's negative part that can be undone. */
    private static final double LEAST_SLOPE = 1e-3;
    /** The least scale of a normalization that is divided by. */
    private static final double LEAST_SCALE = 1e-2;

    /** @return gradients in the fastest way that a network can be trained with on a device */
    static GradientText fastest(final TorchEngine engine, final NetworkTopology topology, final ComputeDevice device, final Precision precision, final TrainedLayers layers) {
        if (layers == TrainedLayers.ALL && topology instanceof final UNetTopology unet && !device.isCuda() && precision == Precision.FP32 && isCovered(unet) && SliceForm.isSupported(engine)) {
            return new SliceGradientText(unet, LEAST_WORK, new SharedWorkText(engine.shares()));
        }

        return new AutogradText(topology, device, precision, layers);
    }

    private static boolean isCovered(final UNetTopology unet) {
        return unet.normalization() != Normalization.BATCH && !unet.residual() && unet.negativeSlope() >= LEAST_SLOPE;
    }

    @Override
    public String methods() {
        final List<SliceStep> steps = SliceStep.of(topology);
        final boolean hasDepthKernels = topology.kernels().stream().anyMatch(kernel -> SliceStep.spatial(kernel).getFirst() == WinogradDepthText.KERNEL_DEPTH);
        return new AutogradText(topology, ComputeDevice.CPU, Precision.FP32, TrainedLayers.ALL).methods().replace("def gradients(", "def differentiated(")
                + gradients(steps) + new SliceTrainingText(topology, steps).methods()
                + work.methods() + SliceLayerText.methods(hasDepthKernels) + WinogradDepthText.methods() + BlockNormalizationText.methods(topology) + SliceBackwardText.methods(topology);
    }

    private String gradients(final List<SliceStep> steps) {
        final WeightIndex weights = new WeightIndex(topology);
        final String scales = steps.stream().filter(SliceStep.Convolution.class::isInstance).map(SliceStep.Convolution.class::cast)
                .map(step -> weights.apply(step.norm() + ".weight")).collect(Collectors.joining(", "));
        return """
                def gradients(%1$s, batch: Tensor, target: Tensor, weights: List[Tensor], scale: Tensor) -> List[Tensor]:
                  work = torch.mul(torch.floordiv(torch.numel(batch), torch.mul(torch.size(batch, 0), torch.size(batch, 1))), %4$s)
                  least = torch.min(torch.abs(torch.cat([%2$s], 0)))
                  if torch.__or__(torch.lt(work, %5$s), bool(torch.lt(least, %3$s))):
                    results = (self).differentiated(batch, target, weights, scale, )
                  else:
                    results = (self).by_hand(batch, target, weights, )
                  return results
                """.formatted(ScriptModule.SELF, scales, LEAST_SCALE, workPerVoxel(steps), leastWork) + samples() + newLogits() + lossSlopes();
    }

    /**
     * Samples go side by side, but with new buffers one after the other: who calls a method first has libtorch make its plan of it, and only
     * a thread that was told so ({@link TorchEngine#prepareThread()}) makes one that does not repeat, in each method, all that it calls.
     */
    private String samples() {
        final String choice = work.most() == 1 ? "  return (self).in_turn(volumes, target, weights, logits, sets, )\n" : """
                  if is_new:
                    results = (self).in_turn(volumes, target, weights, logits, sets, )
                  else:
                    results = (self).side_by_side(volumes, target, weights, logits, sets, )
                  return results
                """;
        return """
                def by_hand(%1$s, batch: Tensor, target: Tensor, weights: List[Tensor]) -> List[Tensor]:
                  n = torch.size(batch, 0)
                  sets = ops.prim.min(%2$d, n)
                  volumes = %3$s
                  is_new = (self).reserve(n, sets, torch.size(volumes, 2), torch.size(volumes, 3), torch.size(volumes, 4), )
                  logits = (self).new_logits(batch, )
                """.formatted(ScriptModule.SELF, work.most(), topology.dimensions() == 2 ? "torch.unsqueeze(batch, 3)" : "batch") + choice + inTurn() + (work.most() == 1 ? "" : sideBySide());
    }

    private static String inTurn() {
        return """
                def in_turn(%1$s, volumes: Tensor, target: Tensor, weights: List[Tensor], logits: List[Tensor], sets: int) -> List[Tensor]:
                  n = torch.size(volumes, 0)
                  depth = torch.size(volumes, 2)
                  slopes = (self).new_slopes(weights, (self).kept(0, sets, ), depth, )
                  factors = annotate(List[List[Tensor]], [])
                  for i in range(n):
                    _0 = torch.append(factors, (self).sample(weights, volumes[i], (self).kept(i, sets, ), (self).spare(0, ), logits, i, ))
                  losses = (self).loss_slopes(logits, target, )
                  for i in range(n):
                    (self).sample_back(weights, (self).kept(i, sets, ), (self).spare(0, ), factors[i], torch.slice(losses, 1, None, 1), i, i, slopes, depth, )
                  results = [losses[0]]
                  torch.extend(results, slopes)
                  return results
                """.formatted(ScriptModule.SELF);
    }

    /** Samples side by side have spare buffers and gradients of their own; a sample beyond those comes after one whose buffers and gradients it shares. */
    private String sideBySide() {
        return """
                def side_by_side(%1$s, volumes: Tensor, target: Tensor, weights: List[Tensor], logits: List[Tensor], sets: int) -> List[Tensor]:
                  n = torch.size(volumes, 0)
                  depth = torch.size(volumes, 2)
                  slopes = annotate(List[List[Tensor]], [])
                  for set in range(sets):
                    _0 = torch.append(slopes, (self).new_slopes(weights, (self).kept(set, sets, ), depth, ))
                  samples = (self).first_stage()
                  for i in range(n):
                    after = (self).before(samples, torch.sub(i, sets), )
                    kept = (self).kept(i, sets, )
                    spare = (self).spare(torch.remainder(i, sets), )
                    _1 = torch.append(samples, %3$s)
                  loss = annotate(%2$s, [%4$s])
                  returns = (self).first_stage()
                  for i in range(n):
                    set = torch.remainder(i, sets)
                    after = (self).before(returns, torch.sub(i, sets), )
                    kept = (self).kept(i, sets, )
                    spare = (self).spare(set, )
                    own = slopes[set]
                    turn = torch.floordiv(i, sets)
                    _2 = torch.append(returns, %5$s)
                  (self).settle(returns, )
                  losses = %6$s
                  results = [losses[0]]
                  torch.extend(results, slopes[0])
                  for set in range(torch.sub(sets, 1)):
                    torch._foreach_add_(slopes[0], slopes[torch.add(set, 1)], alpha=1)
                  return results
                def before(%1$s, stage: %2$s, i: int) -> %2$s:
                  before = (self).first_stage()
                  if torch.ge(i, 0):
                    _0 = torch.append(before, stage[i])
                  else:
                    pass
                  return before
                def sample_part(%1$s, after: %2$s, weights: List[Tensor], volumes: Tensor, kept: List[Tensor], spare: List[Tensor], logits: List[Tensor], i: int) -> List[Tensor]:
                  (self).settle(after, )
                  return (self).sample(weights, volumes[i], kept, spare, logits, i, )
                def loss_part(%1$s, after: %2$s, logits: List[Tensor], target: Tensor) -> List[Tensor]:
                  (self).settle(after, )
                  return (self).loss_slopes(logits, target, )
                def return_part(%1$s, after: %2$s, weights: List[Tensor], kept: List[Tensor], spare: List[Tensor], samples: %2$s, loss: %2$s, i: int, turn: int, slopes: List[Tensor], depth: int) -> List[Tensor]:
                  (self).settle(after, )
                  losses = %6$s
                  factors = %7$s
                  (self).sample_back(weights, kept, spare, factors, torch.slice(losses, 1, None, 1), i, turn, slopes, depth, )
                  return annotate(List[Tensor], [])
                """.formatted(ScriptModule.SELF, work.stage(),
                work.task("sample_part", "after", "weights", "volumes", "kept", "spare", "logits", "i"), work.task("loss_part", "samples", "logits", "target"),
                work.task("return_part", "after", "weights", "kept", "spare", "samples", "loss", "i", "turn", "own", "depth"),
                work.result("loss[0]"), work.result("samples[i]"));
    }

    /** Multiplications of the convolutions for a voxel of the input. */
    private double workPerVoxel(final List<SliceStep> steps) {
        final double[] voxels = new double[topology.levels()];
        double share = 1;
        for (int level = 0; level < voxels.length; level++) {
            share /= product(topology.strides().get(level));
            voxels[level] = share;
        }

        return steps.stream().filter(SliceStep.Convolution.class::isInstance).map(SliceStep.Convolution.class::cast)
                .mapToDouble(step -> voxels[step.level()] * product(step.kernel()) * step.outputs() * step.channels().stream().mapToInt(Integer::intValue).sum()).sum();
    }

    private static int product(final List<Integer> sizes) {
        return sizes.stream().reduce(1, Math::multiplyExact);
    }

    /** Of the finest level, and of each level with a head: sizes of the batch, divided by the strides down to there. */
    private String newLogits() {
        final StringBuilder text = new StringBuilder("def new_logits(%s, batch: Tensor) -> List[Tensor]:\n".formatted(ScriptModule.SELF));
        final List<String> sizes = new ArrayList<>(IntStream.range(0, topology.dimensions()).mapToObj(axis -> "torch.size(batch, %d)".formatted(2 + axis)).toList());
        final List<String> logits = new ArrayList<>();
        for (int level = 0; level <= topology.deepSupervisionHeads(); level++) {
            for (int axis = 0; axis < topology.dimensions(); axis++) {
                sizes.set(axis, "torch.floordiv(%s, %d)".formatted(sizes.get(axis), topology.strides().get(level).get(axis)));
            }

            logits.add("torch.empty([torch.size(batch, 0), %d, %s], dtype=6)".formatted(topology.outputChannels(), String.join(", ", sizes)));
        }

        return text + "  return [%s]\n".formatted(String.join(", ", logits));
    }

    private String lossSlopes() {
        return """
                def loss_slopes(%s, logits: List[Tensor], target: Tensor) -> List[Tensor]:
                  leaves = annotate(List[Tensor], [])
                  for i in range(torch.len(logits)):
                    _0 = torch.append(leaves, torch.requires_grad_(torch.detach(logits[i]), True))
                  value = (self).supervised_loss(leaves, target, )
                  slopes = torch.grad([value], leaves, None, None, False, False)
                  results = [torch.detach(value)]
                  for i in range(torch.len(logits)):
                    _1 = torch.append(results, torch.contiguous(torch._unwrap_optional(slopes[i])))
                  return results
                """.formatted(ScriptModule.SELF);
    }
}
