/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.util.List;

/** An argument of a TorchScript method. */
public sealed interface ScriptArgument {

    /** For a parameter {@code x: Tensor}. */
    record Tensor(NDArray value) implements ScriptArgument {
    }

    /** For a parameter {@code x: List[Tensor]}; not empty. */
    record Tensors(List<NDArray> values) implements ScriptArgument {
    }

    static ScriptArgument of(final NDArray value) {
        return new Tensor(value);
    }

    static ScriptArgument of(final NDList values) {
        return new Tensors(values);
    }
}
