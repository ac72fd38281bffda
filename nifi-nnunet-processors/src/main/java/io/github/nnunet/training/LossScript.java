/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.network.HeadSize;
import io.github.nnunet.network.LossSource;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The reference's losses as TorchScript: a Dice term of the whole batch, 1 - mean over outputs of
 * (2 sum(p t) + s) / (sum p + sum t + s) with s = 1e-5, plus cross entropy, or plus a focal term of sigmoids (gamma 2).
 * Deep supervision adds up the losses of all heads, each weighing half of the one before, the weights adding up to 1.
 * <p>
 * The reference enlarges a head's logits by nearest neighbour. Then all voxels of a cell of k voxels have the same logits, and because
 * every term is a sum over voxels of something linear in t, it is the same at the head's own size, with the share of the cell's voxels
 * that have the output for t, and with s / k for s: sums over voxels are k times those over cells.
 * <p>
 * The target is a uint8 tensor [n][1][z][y][x], in 2D [n][1][y][x]: the index of a voxel's output for exclusive
 * classes, 0 or 1 for a single output, the label value for the regions of BraTS.
 */
final class LossScript implements LossSource {
    private static final double SMOOTHING = 1e-5;

    /** The focal term of a share t: t sigmoid(-x)^2 log(1 + exp(-x)) + (1 - t) sigmoid(x)^2 log(1 + exp(x)). */
    private static final String HELPERS = """
            def loss_dice(self: __torch__.Work, p: Tensor, t: Tensor, smoothing: float) -> Tensor:
              both = torch.add(torch.mul(torch.sum(torch.mul(p, t), %1$s), 2.), smoothing)
              all = torch.add(torch.add(torch.sum(p, %1$s), torch.sum(t, %1$s)), smoothing)
              return torch.rsub(torch.mean(torch.mul(both, torch.reciprocal(all))), 1.)
            def loss_binary(self: __torch__.Work, x: Tensor, t: Tensor) -> Tensor:
              return torch.binary_cross_entropy_with_logits(x, t, None, None, 1)
            def loss_focal(self: __torch__.Work, x: Tensor, t: Tensor) -> Tensor:
              inside = torch.log_sigmoid(x)
              outside = torch.sub(inside, x)
              missed = torch.mul(torch.exp(torch.mul(outside, 2.)), inside)
              wrong = torch.mul(torch.exp(torch.mul(inside, 2.)), outside)
              return torch.neg(torch.mean(torch.add(torch.mul(missed, t), torch.mul(wrong, torch.rsub(t, 1.)))))
            """;

    private final LossSettings settings;
    private final int outputs;
    private final int dimensions;
    private final int heads;

    /**
     * @param outputs    of the network
     * @param dimensions 2 or 3
     * @param heads      of deep supervision, 0 without
     */
    LossScript(final LossSettings settings, final int outputs, final int dimensions, final int heads) {
        this.settings = settings;
        this.outputs = outputs;
        this.dimensions = dimensions;
        this.heads = heads;
    }

    @Override
    public String methods() {
        return HELPERS.formatted(allButOutputs()) + shares() + (isSigmoid() ? sigmoidTarget() + sigmoidLoss() : softmaxTarget() + softmaxLoss()) + weightedSum();
    }

    @Override
    public HeadSize headSize() {
        return HeadSize.OWN;
    }

    /** Each cell's mean of a finer target. */
    private String shares() {
        final String cell = IntStream.range(2, 2 + dimensions).mapToObj("torch.floordiv(torch.size(finer, %1$d), torch.size(like, %1$d))"::formatted).collect(Collectors.joining(", "));
        return """
                def loss_shares(self: __torch__.Work, like: Tensor, finer: Tensor) -> Tensor:
                  return torch.avg_pool%dd(finer, [%s])
                """.formatted(dimensions, cell);
    }

    private boolean isSigmoid() {
        return settings.brats() || !settings.backgroundIsAnOutput();
    }

    /** The axes of a batch but the outputs' one, such as [0, 2, 3, 4]. */
    private String allButOutputs() {
        return IntStream.rangeClosed(0, dimensions + 1).filter(axis -> axis != 1).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    private String sigmoidTarget() {
        if (settings.brats()) {
            return """
                    def loss_target(self: __torch__.Work, like: Tensor, label: Tensor) -> Tensor:
                      enhancing = torch.eq(label, 3)
                      core = torch.__or__(enhancing, torch.eq(label, 1))
                      return torch.to(torch.cat([torch.gt(label, 0), core, enhancing], 1), 6)
                    """;
        }

        return """
                def loss_target(self: __torch__.Work, like: Tensor, label: Tensor) -> Tensor:
                  return torch.to(label, 6)
                """;
    }

    /** The reference adds up its losses of the single regions; means over all of them are that, divided by their number. */
    private String sigmoidLoss() {
        return """
                def loss_one(self: __torch__.Work, x: Tensor, t: Tensor, smoothing: float) -> Tensor:
                  dice = (self).loss_dice(torch.sigmoid(x), t, smoothing, )
                  return torch.mul(torch.add(dice, (self).%s(x, t, )), %d.)
                """.formatted(settings.focal() ? "loss_focal" : "loss_binary", settings.brats() ? outputs : 1);
    }

    private String softmaxTarget() {
        return """
                def loss_target(self: __torch__.Work, like: Tensor, label: Tensor) -> Tensor:
                  return torch.scatter(torch.zeros_like(like), 1, torch.to(label, 4), 1.)
                """;
    }

    private String softmaxLoss() {
        final int first = settings.backgroundInDice() ? 0 : 1;
        final String inDice = "torch.narrow(%s, 1, " + first + ", " + (outputs - first) + ")";
        final String second = settings.focal()
                ? "(self).loss_focal(%s, %s, )".formatted(inDice.formatted("x"), inDice.formatted("t"))
                : "torch.neg(torch.mean(torch.sum(torch.mul(logs, t), [1])))";
        return """
                def loss_one(self: __torch__.Work, x: Tensor, t: Tensor, smoothing: float) -> Tensor:
                  logs = torch.log_softmax(x, 1)
                  dice = (self).loss_dice(%s, %s, smoothing, )
                  return torch.add(dice, %s)
                """.formatted(inDice.formatted("torch.exp(logs)"), inDice.formatted("t"), second);
    }

    private String weightedSum() {
        final double sum = IntStream.rangeClosed(0, heads).mapToDouble(LossScript::halved).sum();
        final StringBuilder text = new StringBuilder("""
                def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:
                  t0 = (self).loss_target(outputs[0], target, )
                  l0 = torch.mul((self).loss_one(outputs[0], t0, %s, ), %s)
                """.formatted(number(SMOOTHING), number(1 / sum)));
        for (int head = 1; head <= heads; head++) {
            text.append("""
                      t%1$d = (self).loss_shares(outputs[%1$d], t%2$d, )
                      s%1$d = torch.mul(torch.div(torch.numel(t%1$d), torch.numel(t0)), %3$s)
                      l%1$d = torch.mul((self).loss_one(outputs[%1$d], t%1$d, s%1$d, ), %4$s)
                    """.formatted(head, head - 1, number(SMOOTHING), number(halved(head) / sum)));
        }

        String total = "l0";
        for (int head = 1; head <= heads; head++) {
            total = "torch.add(%s, l%d)".formatted(total, head);
        }

        return text.append("  return %s\n".formatted(total)).toString();
    }

    private static double halved(final int head) {
        return Math.pow(0.5, head);
    }

    private static String number(final double value) {
        return String.format(Locale.ROOT, "%.17f", value);
    }
}
