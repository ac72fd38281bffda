/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.ndarray.NDManager;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;

/** libtorch on the CPU, for tests. */
final class TestEngine {

    private TestEngine() {
    }

    static NDManager newManager() {
        try {
            return TorchEngine.start(TorchSettings.defaults()).newManager(ComputeDevice.CPU);
        } catch (final TorchUnavailableException e) {
            throw new AssertionError(e);
        }
    }
}
