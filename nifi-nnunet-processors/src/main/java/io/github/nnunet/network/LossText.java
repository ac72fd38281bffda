/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** A loss as TorchScript that takes a network's outputs as the network computes them. */
final class LossText {

    private LossText() {
    }

    /**
     * The text of the loss and of {@code def supervised_loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:},
     * whose outputs are logits, the full resolution first, then the deep supervision heads, each at its own size.
     */
    static String methods(final LossSource loss) {
        return supervisedLoss(loss.headSize()) + loss.methods();
    }

    private static String supervisedLoss(final HeadSize size) {
        final String body = switch (size) {
            case OWN -> "  return (self).loss(outputs, target, )\n";
            case ENLARGED -> """
                      full = torch.slice(torch.size(outputs[0]), 2, None, 1)
                      enlarged = [outputs[0]]
                      for i in range(torch.sub(torch.len(outputs), 1)):
                        head = outputs[torch.add(i, 1)]
                        if torch.eq(torch.len(full), 2):
                          _0 = torch.append(enlarged, torch.upsample_nearest2d(head, full))
                        else:
                          _1 = torch.append(enlarged, torch.upsample_nearest3d(head, full))
                      return (self).loss(enlarged, target, )
                    """;
        };
        return "def supervised_loss(%s, outputs: List[Tensor], target: Tensor) -> Tensor:\n".formatted(ScriptModule.SELF) + body;
    }
}
