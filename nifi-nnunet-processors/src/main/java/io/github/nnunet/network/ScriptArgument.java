/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** An argument of a TorchScript method. */
public sealed interface ScriptArgument {

    /** For a parameter {@code x: Tensor}. */
    record Tensor(NDArray value) implements ScriptArgument {
    }

    /** For a parameter {@code x: List[Tensor]}; not empty. */
    record Tensors(NDList values) implements ScriptArgument {

        public Tensors {
            if (values.isEmpty()) {
                throw new IllegalArgumentException("A list of tensors that is handed to a script cannot be empty");
            }
        }
    }

    static ScriptArgument of(final NDArray value) {
        return new Tensor(value);
    }

    static ScriptArgument of(final NDList values) {
        return new Tensors(values);
    }
}
