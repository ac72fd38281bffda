/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Floats between Java and tensors, without a copy where the tensor is in main memory. */
final class WindowTensor {

    private WindowTensor() {
    }

    /** @param values bytes of floats, direct, in native byte order; to be left alone while the tensor is in use. (DJL would copy a FloatBuffer.) */
    static NDArray of(final NDManager manager, final ByteBuffer values, final long[] sizes) {
        return manager.create(values, new Shape(sizes), DataType.FLOAT32);
    }

    /** @return the tensor's values, good as long as its manager is open */
    static FloatBuffer values(final NDArray tensor) {
        final NDArray floats = tensor.toType(DataType.FLOAT32, false);
        return floats.toDevice(Device.cpu(), false).toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
