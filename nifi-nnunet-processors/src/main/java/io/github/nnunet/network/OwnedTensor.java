/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Tensors in libtorch's own memory. What DJL makes from a Java array on the CPU is a view of a Java buffer, which is freed
 * when its NDArray is collected, even if a script has handed out another tensor of the same memory: such a network would
 * turn to noise some time later.
 */
final class OwnedTensor {

    private OwnedTensor() {
    }

    static NDArray copyOf(final NDManager owner, final float[] values, final long[] shape) {
        try (NDManager loading = owner.newSubManager()) {
            final NDArray copy = loading.create(values, new Shape(shape)).duplicate();
            copy.attach(owner);
            return copy;
        }
    }
}
