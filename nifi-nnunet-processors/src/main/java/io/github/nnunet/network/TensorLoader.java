/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies arrays of Java to tensors in libtorch's own memory. What DJL makes from a Java array on the CPU is a view of a Java buffer, which
 * is freed when its NDArray is collected, even if a script has handed out another tensor of the same memory: such a network would
 * turn to noise some time later. One buffer serves all copies: buffers of their own would stay until Java collects garbage.
 */
final class TensorLoader {

    private ByteBuffer space = ByteBuffer.allocateDirect(0);

    /** @return float32, the owner's */
    NDArray copyOf(final NDManager owner, final float[] values, final long[] shape) {
        final int bytes = Math.multiplyExact(values.length, Float.BYTES);
        if (space.capacity() < bytes) {
            space = ByteBuffer.allocateDirect(bytes);
        }

        final ByteBuffer part = space.slice(0, bytes).order(ByteOrder.nativeOrder());
        part.asFloatBuffer().put(values);
        try (NDManager loading = owner.newSubManager()) {
            final NDArray copy = loading.create(part, new Shape(shape), DataType.FLOAT32).duplicate();
            copy.attach(owner);
            return copy;
        }
    }
}
