/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * The methods of a network in training, as TorchScript: those of a {@link GradientText}, of the loss and of the optimizer, and
 * what goes between them.
 */
final class TrainingText {

    private final GradientText gradients;
    private final TrainingMethod method;

    TrainingText(final GradientText gradients, final TrainingMethod method) {
        this.gradients = gradients;
        this.method = method;
    }

    String methods() {
        return gradients.methods() + evaluation() + limit() + application() + release() + copying() + combination() + withLineEnd(LossText.methods(method.loss())) + withLineEnd(method.optimizer().methods());
    }

    private static String withLineEnd(final String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private static String evaluation() {
        return """
                def evaluate(%s, batch: Tensor, target: Tensor, weights: List[Tensor]) -> Tensor:
                  return (self).supervised_loss((self).outputs(weights, batch, ), target, )
                """.formatted(ScriptModule.SELF);
    }

    /** Clipping by norm: all gradients times min(1, limit / (norm + 1e-6)). */
    private String limit() {
        if (method.gradientNorm() == 0) {
            return """
                    def limit(%s, slopes: List[Tensor]) -> NoneType:
                      return None
                    """.formatted(ScriptModule.SELF);
        }

        return """
                def limit(%s, slopes: List[Tensor]) -> NoneType:
                  norm = torch.norm(torch.stack(torch._foreach_norm(slopes, 2), 0), 2)
                  factor = torch.clamp(torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), %s), None, 1.)
                  torch._foreach_mul_(slopes, factor)
                  return None
                """.formatted(ScriptModule.SELF, method.gradientNorm());
    }

    /**
     * Takes a step along the gradients, unless something is not finite; returns 1 if it did, else 0. What is changed are elements of lists that
     * the caller hands in: libtorch believes that nobody sees a change to the elements of a list that a script makes, and leaves it out.
     */
    private String application() {
        return """
                def apply(%1$s, loss: Tensor, slopes: List[Tensor], rate: Tensor, count: Tensor, parameters: List[Tensor], state: List[Tensor]) -> Tensor:
                  sound = torch.isfinite(%2$s)
                  if bool(sound):
                    _0 = (self).limit(slopes, )
                    _1 = torch.add_(count, 1)
                    steps = annotate(List[Tensor], [])
                    for i in range(torch.len(slopes)):
                      _2 = torch.append(steps, count)
                    _3 = (self).update(parameters, slopes, state, steps, rate, )
                  else:
                    pass
                  return torch.to(sound, 6)
                """.formatted(ScriptModule.SELF, witness());
    }

    /** @return a number that is finite if the loss is and, where gradients may overflow, they are too */
    private String witness() {
        return method.precision() == Precision.FP16 ? "torch.add(loss, torch.sum(torch.stack(torch._foreach_norm(slopes, 2), 0)))" : "loss";
    }

    /** Gives up the memory that gradients were computed in; returns what it is given. */
    private static String release() {
        return """
                def release(%s, x: Tensor) -> Tensor:
                  torch.clear((self).space)
                  return x
                """.formatted(ScriptModule.SELF);
    }

    private static String copying() {
        return """
                def copy(%s, targets: List[Tensor], sources: List[Tensor]) -> List[Tensor]:
                  for i in range(torch.len(targets)):
                    _0 = torch.copy_(targets[i], sources[i])
                  return targets
                """.formatted(ScriptModule.SELF);
    }

    /** The mean of what several devices computed, each weighing its part. */
    private static String combination() {
        return """
                def combine(%s, computed: List[Tensor], parts: List[Tensor]) -> List[Tensor]:
                  each = torch.floordiv(torch.len(computed), torch.len(parts))
                  results = annotate(List[Tensor], [])
                  for i in range(each):
                    total = torch.mul(computed[i], parts[0])
                    for device in range(torch.sub(torch.len(parts), 1)):
                      other = torch.add(device, 1)
                      value = computed[torch.add(torch.mul(other, each), i)]
                      total = torch.add_(total, torch.mul(torch.to(value, total), parts[other]))
                    _0 = torch.append(results, total)
                  return results
                """.formatted(ScriptModule.SELF);
    }
}
