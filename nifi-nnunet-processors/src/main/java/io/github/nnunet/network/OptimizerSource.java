/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * An optimizer's step as TorchScript text (the dialect is described at {@link ScriptModule}).
 *
 * <p>The text defines {@code def update(self: __torch__.Work, parameters: List[Tensor], gradients: List[Tensor], state: List[Tensor],
 * steps: List[Tensor], rate: Tensor) -> NoneType:} which changes parameters and state in place and ends with {@code return None};
 * further methods' names start with {@code update_}.
 * <ul>
 * <li>{@code parameters} and {@code gradients}: one contiguous float32 tensor a parameter;</li>
 * <li>{@code state}: {@link #stateTensors()} tensors of each parameter's shape, zero before the first step: all of the
 * first kind, then all of the second;</li>
 * <li>{@code steps}: for each parameter a float32 tensor without dimensions that counts the steps, this one included;</li>
 * <li>{@code rate}: the learning rate, float32 without dimensions.</li>
 * </ul>
 */
public interface OptimizerSource {

    /** @return tensors of state per parameter: 2 for Adam, 1 for momentum */
    int stateTensors();

    String methods();
}
