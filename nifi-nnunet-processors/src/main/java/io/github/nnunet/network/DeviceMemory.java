/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;

import java.util.List;

/** What a device does when its memory runs out. */
public final class DeviceMemory {

    /** Parts of libtorch's messages: of CUDA's allocator, of the CPU's, and of cuDNN and cuBLAS, which allocate by themselves. */
    private static final List<String> SIGNS = List.of("out of memory", "can't allocate memory", "not enough memory", "CUDNN_STATUS_ALLOC_FAILED", "CUBLAS_STATUS_ALLOC_FAILED");

    private DeviceMemory() {
    }

    /** @return whether libtorch failed because memory ran out */
    public static boolean isExhausted(final EngineException failure) {
        final String message = failure.getMessage() == null ? "" : failure.getMessage();
        return SIGNS.stream().anyMatch(message::contains);
    }

    /** Gives back what libtorch keeps of a GPU for later: after a failure it may be in pieces that are too small. */
    public static void releaseKept(final ComputeDevice device) {
        if (device.isCuda()) {
            JniUtils.emptyCudaCache();
        }
    }
}
