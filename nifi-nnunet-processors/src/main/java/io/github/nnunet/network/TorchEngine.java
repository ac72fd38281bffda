/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDManager;

import java.util.List;

/** libtorch in this process: started once, by whoever comes first. */
public final class TorchEngine {

    private TorchEngine() {
    }

    /**
     * Loads libtorch, or finds it loaded.
     *
     * @throws TorchUnavailableException if it cannot be loaded: wrong platform, no space to unpack it, or another class loader has it
     */
    public static TorchEngine start(final TorchSettings settings) throws TorchUnavailableException {
        throw new UnsupportedOperationException("soon");
    }

    /** @return libtorch's version, such as 2.7.1 */
    public String version() {
        throw new UnsupportedOperationException("soon");
    }

    /** @return the CPU, and the GPUs that libtorch sees */
    public List<ComputeDevice> devices() {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * A manager for one unit of work (a patch, a step, a network): tensors made with it are freed when it is closed.
     * Sub-managers of it ({@link NDManager#newSubManager()}) are the cheaper choice within a unit. Prepares the calling
     * thread too, as {@link #prepareThread()}.
     */
    public NDManager newManager(final ComputeDevice device) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * libtorch keeps some settings per thread: this one interprets scripts without the slow optimising passes, and records no gradients.
     * To be called by every thread that runs a network; the classes of this package do it themselves.
     */
    public void prepareThread() {
        throw new UnsupportedOperationException("soon");
    }
}
