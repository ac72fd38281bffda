/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Copies arrays of Java to tensors in libtorch's own memory. What DJL makes from a Java array on the CPU is a view of a Java buffer, which
 * is freed when its NDArray is collected, even if a script has handed out another tensor of the same memory: such a network would
 * turn to noise some time later. So values are written where a tensor of libtorch's has them, without a buffer that would stay until Java
 * collects garbage.
 */
final class TensorLoader {

    private TensorLoader() {
    }

    /** @return float32, the owner's, on its device */
    static NDArray copyOf(final NDManager owner, final float[] values, final long[] shape) {
        try (NDManager loading = owner.newSubManager(Device.cpu())) {
            final NDArray host = loading.create(new Shape(shape), DataType.FLOAT32);
            host.toByteBuffer(true).asFloatBuffer().put(values);
            final NDArray copy = host.toDevice(owner.getDevice(), false);
            copy.attach(owner);
            return copy;
        }
    }
}
