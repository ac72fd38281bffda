/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** Writes the part of a training script that depends on the network, the device and the precision. */
interface GradientText {

    /**
     * The text (in the dialect described at {@link ScriptModule}) of
     * <ul>
     * <li>{@code def outputs(self: __torch__.Work, weights: List[Tensor], x: Tensor) -> List[Tensor]:}, which returns logits,
     * differentiable: the full resolution first, then the deep supervision heads from finer to coarser, each at its own size, and</li>
     * <li>{@code def gradients(self: __torch__.Work, batch: Tensor, target: Tensor, weights: List[Tensor], scale: Tensor) -> List[Tensor]:},
     * which returns the loss and the gradient of each parameter that is trained, detached and contiguous. The scale is a number without dimensions that
     * keeps gradients of half precision in range: what is returned does not depend on it, and texts in single precision need not
     * look at it.</li>
     * </ul>
     * They may call {@code supervised_loss} of {@link LossText}, which takes such logits. Batch normalization's running averages are updated in place if all
     * layers are trained.
     */
    String methods();
}
