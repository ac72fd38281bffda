/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * A loss function as TorchScript text (the dialect is described at {@link ScriptModule}).
 *
 * <p>The text defines {@code def loss(self: __torch__.Work, outputs: List[Tensor], target: Tensor) -> Tensor:} and
 * whatever methods it needs besides, their names starting with {@code loss_}. It starts at the beginning of a line.
 * <ul>
 * <li>{@code outputs}: float32 logits, the full resolution first, then the deep supervision heads from finer to coarser, as large as
 * {@link #headSize} says: [n][class][z][y][x], in 2D [n][class][y][x]; the loss has to depend on each of them;</li>
 * <li>{@code target}: as the caller of the step gave it, such as a label map [n][1][z][y][x] in uint8 or float32;</li>
 * <li>the result: a tensor without dimensions, differentiable.</li>
 * </ul>
 */
@FunctionalInterface
public interface LossSource {

    String methods();

    /** @return how large deep supervision heads are handed to the loss */
    default HeadSize headSize() {
        return HeadSize.ENLARGED;
    }
}
