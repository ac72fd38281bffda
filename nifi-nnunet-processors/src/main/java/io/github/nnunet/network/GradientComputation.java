/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** How the devices of a training come to the gradients of a batch. */
interface GradientComputation extends AutoCloseable {

    /**
     * @param results manager of the results, on the first device
     * @param batch   on the first device
     * @param scale   of the loss while gradients are taken; the results do not depend on it
     * @return the loss, then the gradient of each parameter, on the first device; the next call may write over the gradients
     */
    NDList gradients(NDManager results, NDArray batch, NDArray target, double scale);

    @Override
    void close();
}
